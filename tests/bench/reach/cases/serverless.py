# pip: aws-lambda-powertools==3.9.0 aws-xray-sdk==2.14.0 sentry-sdk==2.25.1 structlog==25.2.0 opentelemetry-sdk==1.31.1 opentelemetry-exporter-otlp-proto-http==1.31.1 opentelemetry-propagator-b3==1.31.1 jsonschema==4.23.0 fastjsonschema==2.21.1 pydantic==2.11.3
"""Packages that monitor functions."""
import logging  # noqa: F401

from aws_lambda_powertools import Logger, Metrics, Tracer  # noqa: F401

logger = Logger(service="bench")


def train():
    logger.append_keys(key="value")
    return logger.service


def parse_an_event():
    from aws_lambda_powertools.utilities.parser import parse
    from aws_lambda_powertools.utilities.parser.models import SqsModel
    record = {"messageId": "1", "receiptHandle": "h", "body": "b", "attributes": {"ApproximateReceiveCount": "1", "SentTimestamp": "1545082649183", "SenderId": "AIDA", "ApproximateFirstReceiveTimestamp": "1545082649185"}, "messageAttributes": {}, "md5OfBody": "x", "eventSource": "aws:sqs", "eventSourceARN": "arn:aws:sqs:us-east-2:123456789012:my-queue", "awsRegion": "us-east-2"}
    return parse(event={"Records": [record]}, model=SqsModel).Records[0].body


def route_a_request():
    from aws_lambda_powertools.event_handler import APIGatewayRestResolver
    app = APIGatewayRestResolver()

    @app.get("/hello/<name>")
    def hello(name):
        return {"hello": name}

    return app.resolve({"path": "/hello/x", "httpMethod": "GET", "requestContext": {"requestId": "1"}, "headers": {}, "queryStringParameters": None, "multiValueQueryStringParameters": None, "body": None, "isBase64Encoded": False}, None)["body"]


def validate_openapi():
    from aws_lambda_powertools.event_handler import APIGatewayRestResolver
    app = APIGatewayRestResolver(enable_validation=True)

    @app.get("/n/<number>")
    def hello(number: int) -> int:
        return number

    return app.get_openapi_json_schema()[:60]


def validate_schema():
    from aws_lambda_powertools.utilities.validation import validate
    validate(event={"a": 1}, schema={"$schema": "http://json-schema.org/draft-07/schema", "type": "object", "required": ["a"]})
    return "valid"


def batch():
    from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType
    return BatchProcessor(event_type=EventType.SQS).event_type.value


def jmespath_envelope():
    from aws_lambda_powertools.utilities.jmespath_utils import query
    return query(data={"body": '{"x": 5}'}, envelope="powertools_json(body).x")


def xray_patch_all():
    from aws_xray_sdk.core import patch_all, xray_recorder
    xray_recorder.configure(sampling=False, context_missing="LOG_ERROR")
    patch_all()
    return len(__import__("aws_xray_sdk.core.patcher", fromlist=["x"])._PATCHED_MODULES) >= 0


def xray_patch_named():
    from aws_xray_sdk.core import patch
    patch(["botocore"])
    import botocore.session
    return botocore.session.get_session().get_service_model("sqs").service_name


def sentry():
    import sentry_sdk
    sentry_sdk.init(dsn="https://a@localhost/1", transport=lambda event: None)
    return sorted(sentry_sdk.get_client().integrations)


def sentry_lambda():
    import sentry_sdk
    from sentry_sdk.integrations.aws_lambda import AwsLambdaIntegration
    sentry_sdk.init(dsn="https://a@localhost/1", integrations=[AwsLambdaIntegration()], transport=lambda event: None)
    return "aws_lambda" in sentry_sdk.get_client().integrations


def structured():
    import structlog
    return structlog.processors.JSONRenderer()(None, None, {"event": "x"})


def open_telemetry():
    from opentelemetry import trace
    from opentelemetry.sdk.trace import TracerProvider
    trace.set_tracer_provider(TracerProvider())
    with trace.get_tracer("x").start_as_current_span("s") as span:
        return span.is_recording()


def propagators_by_entry_point():
    import os
    os.environ["OTEL_PROPAGATORS"] = "tracecontext,b3multi"
    from opentelemetry import propagate
    return [type(one).__name__ for one in propagate.propagators]


def otlp_by_entry_point():
    from opentelemetry.sdk._configuration import _import_exporters
    return [sorted(kind) for kind in _import_exporters(["otlp_proto_http"], [], [])[:1]]


def schema_of_2020():
    import jsonschema
    return [error.message for error in jsonschema.Draft202012Validator({"type": "object", "properties": {"a": {"format": "date", "type": "string"}}}).iter_errors({"a": 1})]


def schema_of_its_own_metaschema():
    import jsonschema
    jsonschema.Draft4Validator.check_schema({"type": "object"})
    jsonschema.Draft201909Validator.check_schema({"type": "object"})
    return "fine"


def fast_schema():
    import fastjsonschema
    return fastjsonschema.compile({"type": "integer"})(3)
