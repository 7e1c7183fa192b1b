"""Fills the stand-in for AWS from a JSON file.

{"s3": {"BUCKET": {"KEY": object}}, "dynamodb": {"TABLE": {"key": ["id"], "items": [{…}]}}, "sqs": {"QUEUE": [message]},
 "sns": ["TOPIC"], "ssm": {"NAME": value}, "secretsmanager": {"NAME": value}}. docs/servers.md describes each. A mistake is a BadSeed.

The requests go to moto's WSGI application, without a connection: AWS's own clients would take longer to start than all the rest.
"""
import base64
import decimal
import json
import os
import urllib.parse

SERVICES = ("s3", "dynamodb", "sqs", "sns", "ssm", "secretsmanager")
OBJECT_KEYS = ("text", "json", "base64", "file", "content-type", "metadata")
TABLE_KEYS = ("key", "items", "indexes")


class BadSeed(Exception):
    pass


def fill(application, path, specification):
    Filling(application, path, specification).fill()


class Filling:
    def __init__(self, application, path, specification):
        from werkzeug.test import Client

        self._client = Client(application)
        self._path = path
        self._folder = os.path.dirname(path)
        self._region, self._account = specification["region"], specification["account"]

    def fill(self):
        seed = self._read()
        self._check_names(seed, SERVICES, "a service")
        for service, wanted in seed.items():
            try:
                getattr(self, "_" + service)(wanted)
            except (AttributeError, TypeError, KeyError, ValueError) as error:
                raise self._bad(service, "it does not have the form that the manual describes (%s)" % error) from error

    def _read(self):
        try:
            with open(self._path, encoding="utf-8") as file:
                seed = json.load(file, parse_float=decimal.Decimal)
        except OSError as error:
            raise BadSeed("the seed '%s' cannot be read: %s" % (self._path, error.strerror)) from error
        except ValueError as error:
            raise BadSeed("the seed '%s' is not JSON: %s" % (os.path.basename(self._path), error)) from error
        if not isinstance(seed, dict):
            raise self._bad("", "it must be an object of services: %s" % ", ".join(SERVICES))
        return seed

    def _bad(self, place, cause):
        return BadSeed("the seed '%s' is wrong%s: %s" % (os.path.basename(self._path), place and " at " + place, cause))

    def _check_names(self, table, known, kind):
        for name in table:
            if name not in known:
                raise self._bad(name, "it is not %s; known are %s" % (kind, ", ".join(known)))

    def _request(self, method, service, path, place, **options):
        headers = dict(options.pop("headers", {}))
        headers["Host"] = "%s.%s.amazonaws.com" % (service, self._region)
        headers["Authorization"] = "AWS4-HMAC-SHA256 Credential=testing/20010101/%s/%s/aws4_request, SignedHeaders=host, Signature=0" % (
            self._region, service)
        response = self._client.open(path, method=method, headers=headers, base_url="http://" + headers["Host"], **options)
        if response.status_code >= 300:
            raise self._bad(place, "moto refuses it: %s" % response.get_data(as_text=True)[:300])
        return response

    def _json_request(self, service, target, parameters, place):
        response = self._request("POST", service, "/", place, headers={"X-Amz-Target": target},
                                 content_type="application/x-amz-json-1.0", data=json.dumps(parameters))
        return json.loads(response.get_data(as_text=True) or "{}")

    def _s3(self, buckets):
        for bucket, objects in buckets.items():
            place = {} if self._region == "us-east-1" else {
                "data": "<CreateBucketConfiguration><LocationConstraint>%s</LocationConstraint></CreateBucketConfiguration>" % self._region}
            self._request("PUT", "s3", "/" + bucket, "s3." + bucket, **place)
            for key, described in self._objects_of(bucket, objects):
                self._put_object(bucket, key, described)

    def _objects_of(self, bucket, objects):
        """Yields the objects of a bucket; for the text "data/", all files below that folder."""
        if not isinstance(objects, str):
            yield from objects.items()
            return
        top = os.path.join(self._folder, objects)
        if not os.path.isdir(top):
            raise self._bad("s3." + bucket, "there is no folder '%s'" % objects)
        for folder, folders, names in os.walk(top):
            folders.sort()
            for name in sorted(names):
                path = os.path.join(folder, name)
                yield os.path.relpath(path, top), {"file": path}

    def _put_object(self, bucket, key, described):
        place = "s3.%s.%s" % (bucket, key)
        described = {"text": described} if isinstance(described, str) else described
        self._check_names(described, OBJECT_KEYS, "a key of an object")
        headers = {"x-amz-meta-" + name: value for name, value in described.get("metadata", {}).items()}
        self._request("PUT", "s3", "/%s/%s" % (bucket, urllib.parse.quote(key)), place, headers=headers,
                      content_type=described.get("content-type", "binary/octet-stream"), data=self._bytes_of(described, place))

    def _bytes_of(self, described, place):
        if "file" in described:
            try:
                with open(os.path.join(self._folder, described["file"]), "rb") as file:
                    return file.read()
            except OSError as error:
                raise self._bad(place, "the file '%s' cannot be read: %s" % (described["file"], error.strerror)) from error
        if "json" in described:
            return json.dumps(described["json"], default=float).encode()
        if "base64" in described:
            return base64.b64decode(described["base64"], validate=True)
        return described.get("text", "").encode()

    def _dynamodb(self, tables):
        for table, described in tables.items():
            place = "dynamodb." + table
            self._check_names(described, TABLE_KEYS, "a key of a table")
            items = described.get("items", [])
            indexes = described.get("indexes", {})
            types = {name: key_type(name, items) for names in [described["key"], *indexes.values()] for name in names}
            parameters = {"TableName": table, "KeySchema": key_schema(described["key"]), "BillingMode": "PAY_PER_REQUEST",
                          "AttributeDefinitions": [{"AttributeName": name, "AttributeType": types[name]} for name in types]}
            if indexes:
                parameters["GlobalSecondaryIndexes"] = [
                    {"IndexName": name, "KeySchema": key_schema(keys), "Projection": {"ProjectionType": "ALL"}}
                    for name, keys in indexes.items()]
            self._json_request("dynamodb", "DynamoDB_20120810.CreateTable", parameters, place)
            for item in items:
                self._json_request("dynamodb", "DynamoDB_20120810.PutItem",
                                   {"TableName": table, "Item": {name: typed(value) for name, value in item.items()}}, place)

    def _sqs(self, queues):
        for queue, messages in with_contents(queues):
            place = "sqs." + queue
            fifo = queue.endswith(".fifo")
            attributes = {"FifoQueue": "true", "ContentBasedDeduplication": "true"} if fifo else {}
            url = self._json_request("sqs", "AmazonSQS.CreateQueue", {"QueueName": queue, "Attributes": attributes}, place)["QueueUrl"]
            for message in messages:
                more = {"MessageGroupId": "seed"} if fifo else {}
                self._json_request("sqs", "AmazonSQS.SendMessage", {"QueueUrl": url, "MessageBody": as_text(message), **more}, place)

    def _sns(self, topics):
        for topic, queues in with_contents(topics):
            place = "sns." + topic
            fifo = {"Attributes.entry.1.key": "FifoTopic", "Attributes.entry.1.value": "true"} if topic.endswith(".fifo") else {}
            self._form("CreateTopic", {"Name": topic, **fifo}, place)
            for queue in queues:
                self._form("Subscribe", {"TopicArn": self._arn("sns", topic), "Protocol": "sqs", "Endpoint": self._arn("sqs", queue)}, place)

    def _form(self, action, parameters, place):
        self._request("POST", "sns", "/", place, content_type="application/x-www-form-urlencoded",
                      data=urllib.parse.urlencode({"Action": action, "Version": "2010-03-31", **parameters}))

    def _arn(self, service, name):
        from moto.utilities.utils import get_partition

        return "arn:%s:%s:%s:%s:%s" % (get_partition(self._region), service, self._region, self._account, name)

    def _ssm(self, parameters):
        for name, value in parameters.items():
            described = {"value": value} if not isinstance(value, dict) else value
            self._check_names(described, ("value", "type"), "a key of a parameter")
            is_list = isinstance(described["value"], list)
            self._json_request("ssm", "AmazonSSM.PutParameter", {
                "Name": name, "Type": described.get("type", "StringList" if is_list else "String"),
                "Value": ",".join(described["value"]) if is_list else as_text(described["value"])}, "ssm." + name)

    def _secretsmanager(self, secrets):
        for name, value in secrets.items():
            self._json_request("secretsmanager", "secretsmanager.CreateSecret", {"Name": name, "SecretString": as_text(value)},
                               "secretsmanager." + name)


def with_contents(named):
    """Yields (name, list): a list of names stands for names without contents."""
    if isinstance(named, dict):
        yield from named.items()
    else:
        for name in named:
            yield name, []


def as_text(value):
    return value if isinstance(value, str) else json.dumps(value, default=float)


def key_schema(names):
    return [{"AttributeName": name, "KeyType": kind} for name, kind in zip(names, ("HASH", "RANGE"))]


def key_type(name, items):
    """Returns the type of a key by the first item that has it; a text if none has."""
    for item in items:
        if name in item:
            return next(iter(typed(item[name])))
    return "S"


def typed(value):
    """Returns a JSON value as DynamoDB writes it. {"B": base64}, {"SS": […]} and so on are taken as they are."""
    if isinstance(value, bool):
        return {"BOOL": value}
    if value is None:
        return {"NULL": True}
    if isinstance(value, str):
        return {"S": value}
    if isinstance(value, (int, decimal.Decimal)):
        return {"N": str(value)}
    if isinstance(value, list):
        return {"L": [typed(each) for each in value]}
    if len(value) == 1 and next(iter(value)) in ("B", "SS", "NS", "BS"):
        return value
    return {"M": {name: typed(each) for name, each in value.items()}}
