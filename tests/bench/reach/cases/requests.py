# pip: requests boto3
import requests


def train():
    request = requests.Request("GET", "https://example.com/a", params={"q": "x y"}).prepare()
    session = requests.Session()
    return [request.url, sorted(session.adapters)]


def encodings_of_text():
    response = requests.Response()
    response._content = "Grüße aus Köln, wo die Straßen naß sind und die Bäume grün".encode("latin-1") * 5
    return [response.apparent_encoding is not None, response.text[:3] is not None]


def multipart_upload():
    request = requests.Request("POST", "https://example.com", files={"f": ("a.txt", b"abc", "text/plain")}).prepare()
    return [request.headers["Content-Type"].split(";")[0], b"abc" in request.body]


def basic_and_digest_auth():
    from requests.auth import HTTPBasicAuth, HTTPDigestAuth
    request = requests.Request("GET", "https://example.com", auth=HTTPBasicAuth("u", "p")).prepare()
    return [request.headers["Authorization"], type(HTTPDigestAuth("u", "p")).__name__]


def international_domain():
    return requests.Request("GET", "https://bücher.example/ä").prepare().url


def certificates():
    import ssl
    context = ssl.create_default_context(cafile=requests.certs.where())
    return len(context.get_ca_certs()) > 50


def refused_connection():
    try:
        requests.get("https://127.0.0.1:9/", timeout=2)
    except requests.exceptions.ConnectionError as error:
        return type(error).__name__


def retries():
    from requests.adapters import HTTPAdapter
    from urllib3.util.retry import Retry
    session = requests.Session()
    session.mount("https://", HTTPAdapter(max_retries=Retry(total=3, backoff_factor=0.1, status_forcelist=[503])))
    return session.get_adapter("https://x").max_retries.total


def cookies():
    jar = requests.cookies.RequestsCookieJar()
    jar.set("a", "b", domain="example.com", path="/")
    return requests.utils.dict_from_cookiejar(jar)


def s3_presigned_url():
    import boto3
    client = boto3.client("s3", region_name="eu-west-1", aws_access_key_id="a", aws_secret_access_key="b")
    return client.generate_presigned_url("get_object", Params={"Bucket": "b", "Key": "k"}).split("?")[0]


def dynamodb_resource():
    import boto3
    table = boto3.resource("dynamodb", region_name="eu-west-1", aws_access_key_id="a", aws_secret_access_key="b").Table("t")
    return table.meta.client.meta.service_model.service_name


def sqs_paginator_and_waiter():
    import boto3
    keys = {"region_name": "eu-west-1", "aws_access_key_id": "a", "aws_secret_access_key": "b"}
    return [boto3.client("sqs", **keys).can_paginate("list_queues"), boto3.client("ec2", **keys).waiter_names[:2]]
