"""Tests what services of a known kind need: what was written, calls of AWS, its names, and values of databases."""
import decimal
import io
import struct
import unittest

import embedded  # noqa: F401  it finds the package

from lbundle_scripts import (service_aws_calls, service_aws_gateway, service_aws_seed, service_aws_state, service_databases,
                             service_mariadb, service_postgres, service_redis, service_written)


class Written(unittest.TestCase):
    def test_only_what_changed(self):
        before = {"s3": {"b": {"same": {"size": 1}, "other": {"size": 1}, "gone": {"size": 1}}}, "sqs": {"q": [{"text": "a"}, {"text": "a"}]}}
        after = {"s3": {"b": {"same": {"size": 1}, "other": {"size": 2}, "new": {"size": 3}}, "c": {}},
                 "sqs": {"q": [{"text": "a"}, {"text": "b"}]}}
        self.assertEqual(service_written.state_changes(before, after), {
            "s3": {"b": {"other": {"size": 2}, "new": {"size": 3}, "gone": None}, "c": {}},
            "sqs": {"q": {"new": [{"text": "b"}], "gone": [{"text": "a"}]}}})
        self.assertEqual(service_written.state_changes(before, before), {})

    def test_content(self):
        self.assertEqual(service_written.content_of(b"abc")["text"], "abc")
        self.assertEqual(service_written.content_of(b'{"a": 1}')["json"], {"a": 1})
        self.assertEqual(set(service_written.content_of(b"\xff")), {"size", "sha256"})
        self.assertEqual(set(service_written.content_of(b"x" * 5000)), {"size", "sha256"})
        self.assertNotEqual(service_written.content_of(b'{"a": 1}'), service_written.content_of(b'{"a":  1}'), "each byte counts")

    def test_order_without_digests(self):
        one, two = {"json": {"n": 1}, "sha256": "9"}, {"json": {"n": 2}, "sha256": "1"}
        self.assertEqual(service_written.in_order([two, one]), [one, two])


def described(method, path, body=b"", query="", service=None, **headers):
    environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query, "HTTP_HOST": headers.pop("host", "127.0.0.1:4566"),
               "CONTENT_TYPE": headers.pop("content_type", ""), **headers}
    if service:
        environ["HTTP_AUTHORIZATION"] = "AWS4-HMAC-SHA256 Credential=AK/20260101/eu-west-2/%s/aws4_request, Signature=x" % service
    return service_aws_calls.describe(environ, body)


class Calls(unittest.TestCase):
    def test_s3(self):
        for asked, expected in (
                (("PUT", "/b/k/x"), ("PutObject", "b/k/x")), (("GET", "/b/k"), ("GetObject", "b/k")), (("GET", "/b"), ("ListObjects", "b")),
                (("GET", "/"), ("ListBuckets", ""))):
            self.assertEqual(described(*asked, service="s3")[:3], ("s3", *expected))
        self.assertEqual(described("GET", "/b", query="list-type=2&prefix=x", service="s3")[1], "ListObjectsV2")
        self.assertEqual(described("PUT", "/b/k", query="partNumber=1&uploadId=u", service="s3")[1], "UploadPart")
        self.assertEqual(described("PUT", "/b/k", service="s3", HTTP_X_AMZ_COPY_SOURCE="/a/b")[1], "CopyObject")
        self.assertEqual(described("GET", "/k", host="b.c.s3.eu-west-2.amazonaws.com")[:3], ("s3", "GetObject", "b.c/k"))
        self.assertEqual(described("GET", "/b/k", query="X-Amz-Credential=AK%2F20260101%2Feu-west-2%2Fs3%2Faws4_request")[0], "s3")

    def test_others(self):
        self.assertEqual(described("POST", "/", b'{"TableName": "t"}', service="dynamodb", HTTP_X_AMZ_TARGET="DynamoDB_20120810.PutItem")[:3],
                         ("dynamodb", "PutItem", "t"))
        self.assertEqual(described("POST", "/", b'{"QueueUrl": "http://x/1/jobs"}', service="sqs", HTTP_X_AMZ_TARGET="AmazonSQS.SendMessage")[2],
                         "jobs")
        self.assertEqual(described("POST", "/", b"Action=Publish&TopicArn=arn:aws:sns:r:1:alerts", service="sns",
                                   content_type="application/x-www-form-urlencoded")[:3], ("sns", "Publish", "alerts"))
        self.assertEqual(described("POST", "/2015-03-31/functions/f/invocations", b'{"a": 1}', service="lambda"),
                         ("lambda", "POST", "/2015-03-31/functions/f/invocations", {"a": 1}))

    def test_log(self):
        bodies = []

        def application(environ, start_response):
            bodies.append(environ["wsgi.input"].read())
            return [b""]

        log = service_aws_calls.CallLog(application)
        for _ in range(2):
            log({"REQUEST_METHOD": "PUT", "PATH_INFO": "/b/k", "CONTENT_LENGTH": "3", "wsgi.input": io.BytesIO(b"abcdef"),
                 "HTTP_AUTHORIZATION": "Credential=AK/20260101/r/s3/aws4_request"}, None)
        self.assertEqual(bodies, [b"abc", b"abc"])
        self.assertEqual(log.recorded(), {"calls": {"s3 PutObject b/k": 2}})
        log.clear()
        self.assertEqual(log.recorded(), {})


def question(name, kind=1):
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
    return b"\x12\x34" + struct.pack(">HHHHH", 0x0100, 1, 0, 0, 0) + labels + b"\0" + struct.pack(">HH", kind, 1)


class Names(unittest.TestCase):
    def test_names_of_aws_are_here(self):
        for name in ("sqs.eu-west-2.amazonaws.com", "My.Bucket.s3.amazonaws.com", "s3.cn-north-1.amazonaws.com.cn", "localhost"):
            reply = service_aws_gateway.answer_to(question(name))
            self.assertEqual(reply[:2] + reply[6:8], b"\x12\x34\0\1")
            self.assertEqual(reply[-4:], b"\x7f\0\0\1")

    def test_others_do_not_exist(self):
        for name in ("example.com", "amazonaws.com.evil.org", "notamazonaws.com"):
            reply = service_aws_gateway.answer_to(question(name))
            self.assertEqual((reply[3] & 0x0F, reply[6:8]), (3, b"\0\0"))

    def test_no_address_of_another_kind(self):
        reply = service_aws_gateway.answer_to(question("sqs.amazonaws.com", kind=28))
        self.assertEqual((reply[3] & 0x0F, reply[6:8]), (0, b"\0\0"))

    def test_nonsense_has_no_reply(self):
        for text in (b"", b"x" * 11, question("a.b")[:-3], b"\0" * 12):
            self.assertIsNone(service_aws_gateway.answer_to(text))


class Values(unittest.TestCase):
    def test_dynamodb(self):
        self.assertEqual(service_aws_seed.typed({"a": [1, decimal.Decimal("1.50"), "s", True, None], "b": {"SS": ["x"]}}), {"M": {
            "a": {"L": [{"N": "1"}, {"N": "1.50"}, {"S": "s"}, {"BOOL": True}, {"NULL": True}]}, "b": {"SS": ["x"]}}})
        self.assertEqual(service_aws_state.canonical({"M": {"a": {"NS": ["3", "1"]}}}), {"M": {"a": {"NS": ["1", "3"]}}})
        self.assertEqual(service_aws_seed.key_type("n", [{}, {"n": 1}]), "N")

    def test_rows(self):
        self.assertEqual(service_databases.rows_by_key([{"id": 1, "b": 2}], ["id", "b"]), {"id=1,b=2": {"id": 1, "b": 2}})
        self.assertEqual(service_databases.rows_by_key([{"a": 1}, {"a": 1}], []), {'{"a": 1}': 2})

    def test_names_in_sql(self):
        self.assertEqual(service_postgres.quoted('a"b'), '"a""b"')
        self.assertEqual((service_mariadb.quoted("a`b"), service_mariadb.text("a'b\\")), ("`a``b`", "'a''b\\\\'"))
        self.assertEqual(service_mariadb.value_of("a", "blob"), "HEX(`a`)")

    def test_redis(self):
        self.assertEqual(service_redis.shaped("set", [b"b", b"a"]), ["a", "b"])
        self.assertEqual(service_redis.shaped("hash", [b"k", b"\xff"]), {"k": "base64:/w=="})
        self.assertEqual(service_redis.shaped("stream", [[b"17-0", [b"a", b"1"]]]), [["a", "1"]])


if __name__ == "__main__":
    unittest.main()
