"""Which calls of AWS's API a server gets: service, operation, resource."""
import collections
import io
import json
import re
import threading
import urllib.parse

# The parameters that name what a call is about, by their names in requests of all services.
RESOURCE_PARAMETERS = (
    "TableName", "QueueUrl", "QueueName", "TopicArn", "SecretId", "FunctionName", "StreamName", "DeliveryStreamName", "stateMachineArn",
    "EventBusName", "logGroupName", "KeyId", "Namespace", "TargetArn", "Name", "Names", "Path", "Source", "RoleArn", "UserPoolId",
    "name",
)
# What they wrote is in the state (service_aws_state.py). The calls of all other services are recorded with their parameters.
WITH_STATE = ("s3", "dynamodb", "sqs", "sns", "ssm", "secretsmanager")
FORM = "application/x-www-form-urlencoded"
SIGNED = re.compile(r"Credential=[^/]+/[^/]+/[^/]+/([^/]+)/aws4_request")


class CallLog:
    """A WSGI application that records each request and passes it on."""

    def __init__(self, application):
        self.application = application
        self._lock = threading.Lock()
        self.clear()

    def clear(self):
        with self._lock:
            self._counts = collections.Counter()
            self._parameters = collections.defaultdict(list)

    def recorded(self):
        """Returns {"calls": {"s3 PutObject bucket/key": number}}, and "requests" with the parameters of services without a state."""
        from lbundle_scripts.service_written import in_order

        with self._lock:
            found = {"calls": dict(self._counts)} if self._counts else {}
            if self._parameters:
                found["requests"] = {call: in_order(parameters) for call, parameters in self._parameters.items()}
            return found

    def __call__(self, environ, start_response):
        body = read_body(environ)
        service, operation, resource, parameters = describe(environ, body)
        call = " ".join(filter(None, (service, operation, resource)))
        with self._lock:
            self._counts[call] += 1
            if service not in WITH_STATE:
                self._parameters[call].append(parameters)
        if service == "s3" and environ["REQUEST_METHOD"] == "PUT" and environ.get("CONTENT_TYPE", "").startswith(FORM):
            # moto would take the bytes of an object apart.
            environ["CONTENT_TYPE"] = "binary/octet-stream"
        return self.application(environ, start_response)


def read_body(environ):
    """Returns the body, and puts it back. The server has decoded a chunked body already: then its end is the end of the stream."""
    length = environ.get("CONTENT_LENGTH")
    stream = environ["wsgi.input"]
    if length:
        body = stream.read(int(length))
    else:
        body = stream.read() if environ.get("wsgi.input_terminated") else b""
    environ["wsgi.input"] = io.BytesIO(body)
    return body


def service_of(environ, query):
    signed = SIGNED.search(environ.get("HTTP_AUTHORIZATION", ""))
    if signed:
        return signed.group(1)
    scope = query.get("X-Amz-Credential", "").split("/")
    if len(scope) == 5:
        return scope[3]
    host = environ.get("HTTP_HOST", "").split(":")[0].split(".")
    # BUCKET.s3.REGION.amazonaws.com, or sqs.REGION.amazonaws.com.
    return "s3" if "s3" in host or host[-1] != "com" else host[0]


def describe(environ, body):
    """Returns the service, the operation, the resource, and the parameters, which are JSON."""
    query = dict(urllib.parse.parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True))
    service = service_of(environ, query)
    method, path = environ["REQUEST_METHOD"], environ.get("PATH_INFO", "")
    if service == "s3":
        return service, *s3_call(method, path, query, environ), {}
    target = environ.get("HTTP_X_AMZ_TARGET")
    parameters = parameters_in(environ.get("CONTENT_TYPE", ""), body, query)
    if target:
        operation = target.rpartition(".")[2]
    elif "Action" in parameters:
        operation = parameters.pop("Action")
    elif "/operation/" in path:
        operation = path.rpartition("/")[2]
    else:
        return service, method, path, parameters
    return service, operation, resource_of(parameters), parameters


def parameters_in(content_type, body, query):
    if content_type.startswith(FORM):
        return dict(urllib.parse.parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    if body[:1] == b"{":
        try:
            return json.loads(body)
        except ValueError:
            pass
    found = dict(query)
    if body:
        from lbundle_scripts.service_written import content_of

        found["body"] = content_of(body)
    return found


def resource_of(parameters):
    if isinstance(parameters.get("RequestItems"), dict):
        return " ".join(sorted(parameters["RequestItems"]))
    for name in RESOURCE_PARAMETERS:
        value = parameters.get(name)
        if isinstance(value, list):
            value = " ".join(map(str, value))
        if isinstance(value, str) and value:
            # Of a URL or an ARN, the name at its end.
            return re.split(r"[/:]", value)[-1] if value.startswith(("http", "arn:")) else value
    return ""


# For each method, the operations on an object or a bucket by the part of the query that tells them apart.
# Source: Amazon S3 API reference, Actions.
S3_OBJECT = {
    "GET": [("uploadId", "ListParts"), ("tagging", "GetObjectTagging"), ("acl", "GetObjectAcl"),
            ("attributes", "GetObjectAttributes"), ("", "GetObject")],
    "HEAD": [("", "HeadObject")],
    "PUT": [("partNumber", "UploadPart"), ("tagging", "PutObjectTagging"), ("acl", "PutObjectAcl"), ("", "PutObject")],
    "POST": [("uploads", "CreateMultipartUpload"), ("uploadId", "CompleteMultipartUpload"), ("select", "SelectObjectContent"),
             ("restore", "RestoreObject"), ("", "PostObject")],
    "DELETE": [("uploadId", "AbortMultipartUpload"), ("tagging", "DeleteObjectTagging"), ("", "DeleteObject")],
}
S3_BUCKET = {
    "GET": [("list-type", "ListObjectsV2"), ("versions", "ListObjectVersions"), ("uploads", "ListMultipartUploads"),
            ("location", "GetBucketLocation"), ("", "ListObjects")],
    "HEAD": [("", "HeadBucket")],
    "PUT": [("", "CreateBucket")],
    "POST": [("delete", "DeleteObjects"), ("", "PostObject")],
    "DELETE": [("", "DeleteBucket")],
}


def s3_call(method, path, query, environ):
    place = path.lstrip("/")
    host = environ.get("HTTP_HOST", "").split(":")[0]
    in_host = re.match(r"(.+)\.s3[.-]", host)
    if in_host:
        place = in_host.group(1) + "/" + place
    bucket, _, key = place.partition("/")
    if not bucket:
        return "ListBuckets", ""
    operations = (S3_OBJECT if key else S3_BUCKET).get(method, [("", method)])
    operation = next(name for mark, name in operations if not mark or mark in query)
    if operation == "PutObject" and "HTTP_X_AMZ_COPY_SOURCE" in environ:
        operation = "CopyObject"
    return operation, place.rstrip("/") if not key else place
