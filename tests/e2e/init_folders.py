"""Folders of handlers as users have them, for tests of `lbundle init`: {name of the folder: {path: text}}."""
import pathlib

import inputs_test

HERE = pathlib.Path(__file__).resolve().parent
INDEX = "--no-index\n--find-links wheels\n"

# requirements.txt, a package, data files that the code names, tests that are no part of the function.
THUMBS = {
    ".python-version": "3.11\n",
    "requirements.txt": INDEX + "greeting==1.0\n",
    "thumbs.py": '''import json
import os
from pathlib import Path

import greeting
from shop.orders import total

HERE = Path(__file__).parent
with open(os.path.join(os.path.dirname(__file__), "data", "words.json")) as file:
    WORDS = json.load(file)
LEVEL = os.environ.get("LOG_LEVEL", "info")


def make_thumb(event, context):
    rows = [row["price"] * row["count"] for row in event["rows"]]
    return {"word": greeting.words()[event["n"]], "of": WORDS[event["n"]], "total": total(rows),
            "note": (HERE / "notes.txt").read_text(), "title": event["title"].upper(), "times": event.get("times", 2)}
''',
    "shop/__init__.py": "",
    "shop/orders.py": "from shop import tax\n\n\ndef total(rows):\n    return tax.add(sum(rows))\n",
    "shop/tax.py": "def add(value):\n    return value * 2\n",
    "data/words.json": '["one", "two"]\n',
    "notes.txt": "a note\n",
    "other.py": "# Not imported.\n",
    "README.md": "# Thumbs\n",
    "tests/test_thumbs.py": "import thumbs\n\n\ndef handler(event, context):\n    return thumbs\n",
    ".github/workflows/ci.yml": "on: push\n",
}

# uv.lock with an extra that has what the code imports, in a layout with src/.
LOCKED = {
    "pyproject.toml": inputs_test.ExtrasAndGroups.PYPROJECT.replace('"function"', '"price-list"'),
    "uv.lock": inputs_test.ExtrasAndGroups.UV_LOCK.replace('"function"', '"price-list"'),
    "src/prices/__init__.py": "",
    "src/prices/entry.py": '''import iniconfig
import six
from .words import greet


def lambda_handler(event, context):
    return {"six": six.__version__, "ini": iniconfig.__name__, "hello": greet(event.get("name", "world"))}
''',
    "src/prices/words.py": "def greet(name):\n    return 'hello ' + name\n",
}

# Node.js with package-lock.json.
CHECKSUM = {
    ".nvmrc": "v22\n",
    "package.json": (HERE / "npm/package.json").read_text(),
    "package-lock.json": (HERE / "npm/package-lock.json").read_text(),
    "checksum.js": '''const { readFileSync } = require('node:fs');
const path = require('node:path');
const { crc32 } = require('@node-rs/crc32');
const { label } = require('./lib/label');

const words = JSON.parse(readFileSync(path.join(__dirname, 'data', 'words.json'), 'utf8'));

exports.sum = async (event) => ({ sum: crc32(event.text), label: label(event.name), words });
''',
    "lib/label.js": "const { upper } = require('./upper.js');\nexports.label = (name) => upper(String(name));\n",
    "lib/upper.js": "exports.upper = (text) => text.toUpperCase();\n",
    "data/words.json": "[]\n",
    "checksum.test.js": "const { sum } = require('./checksum');\n",
}

# SAM, with Globals, parameters, intrinsic functions and a route.
SAM = {
    "template.yaml": '''AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Parameters:
  Memory:
    Type: Number
    Default: 512
Globals:
  Function:
    Runtime: python3.11
    Timeout: 10
    Environment:
      Variables:
        STAGE: prod
        TABLE: !Ref Orders
Resources:
  Orders:
    Type: AWS::DynamoDB::Table
  Common:
    Type: AWS::Serverless::LayerVersion
    Properties:
      ContentUri: layers/common
  GetOrder:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: get_order/
      Handler: app.lambda_handler
      MemorySize: !Ref Memory
      Architectures: [x86_64]
      Layers:
        - !Ref Common
        - !Sub "arn:aws:lambda:${AWS::Region}:123456789012:layer:Other:3"
      Policies:
        - DynamoDBReadPolicy: {TableName: !Ref Orders}
      Environment:
        Variables:
          TOPIC: !GetAtt Topic.TopicName
          AWS_REGION: eu-west-2
      Events:
        Get:
          Type: Api
          Properties:
            Path: /orders/{id}
            Method: post
Outputs:
  Url:
    Value: !Sub "https://${ServerlessRestApi}.execute-api.${AWS::Region}.amazonaws.com"
''',
    "samconfig.toml": 'version = 0.1\n[default.deploy.parameters]\nregion = "eu-west-2"\n',
    "get_order/app.py": '''import json
import os

import boto3
import greeting

from store import lines

TABLE = os.environ["TABLE"]
table = boto3.resource("dynamodb")


def lambda_handler(event, context):
    body = json.loads(event["body"])
    order = event["pathParameters"]["id"]
    return {"statusCode": 200, "body": json.dumps({"order": order, "table": TABLE, "word": greeting.words()[0],
                                                   "lines": lines(body["lines"]), "name": body["name"]})}
''',
    "get_order/store.py": "def lines(given):\n    return [line['count'] * 2 for line in given]\n",
    "get_order/requirements.txt": "--no-index\n--find-links ../wheels\ngreeting==1.0\n",
    "get_order/__init__.py": "",
    "layers/common/python/common.py": "",
    ".gitignore": ".aws-sam/\n",
}

# A handler and nothing else.
ALONE = {
    "pixels.py": '''import boto3

s3 = boto3.client("s3")


def entry(event, context):
    return {"name": event["name"].title(), "sum": sum(event["numbers"]), "kind": event["kind"] == "png"}
''',
}

SERVERLESS = {
    "serverless.yml": '''service: jobs
provider:
  name: aws
  runtime: python3.12
  architecture: arm64
  region: ${opt:region, 'us-east-1'}
  memorySize: 1024
  environment:
    QUEUE: jobs
    STAGE: ${opt:stage, 'dev'}
    KEY: ${ssm:/jobs/key}
package:
  patterns:
    - "!**"
    - "jobs/**"
    - "templates/*.txt"
functions:
  work:
    handler: jobs/work.run
    timeout: 120
    layers:
      - arn:aws:lambda:us-east-1:123456789012:layer:tools:7
    events:
      - sqs: arn:aws:sqs:us-east-1:123456789012:jobs
''',
    "jobs/work.py": '''import json


def run(event, context):
    for record in event["Records"]:
        job = json.loads(record["body"])
        print(job["id"], open("templates/" + job["template"]).read())
''',
    "templates/a.txt": "a\n",
}

# An image: COPY, pip, CMD.
IMAGE = {
    "Dockerfile": '''FROM public.ecr.aws/lambda/python:3.12 AS base
# The code of the function.
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt && \\
    rm -rf /root/.cache
COPY service/handler.py ${LAMBDA_TASK_ROOT}/
COPY shared/ ${LAMBDA_TASK_ROOT}/shared
COPY service/models ./models
ENV MODEL=models/small.json CACHE="/tmp/cache"
CMD ["handler.predict"]
''',
    "requirements.txt": "six==1.17.0\n",
    "service/handler.py": '''import base64
import json


def predict(event, context):
    for record in event["Records"]:
        data = json.loads(base64.b64decode(record["kinesis"]["data"]).decode())
        print(data["user"])
''',
    "service/models/small.json": "{}\n",
    "shared/__init__.py": "",
}

TERRAFORM = {
    "main.tf": '''provider "aws" {
  region = "eu-central-1"
}

data "archive_file" "code" {
  type        = "zip"
  source_dir  = "${path.module}/lambda"
  output_path = "${path.module}/lambda.zip"
}

resource "aws_lambda_function" "resize" {
  function_name = "resize-${var.stage}"
  filename      = data.archive_file.code.output_path
  handler       = "index.handler"
  runtime       = "nodejs22.x"
  architectures = ["arm64"]
  memory_size   = 256
  timeout       = 15
  environment {
    variables = {
      BUCKET = aws_s3_bucket.images.id
      WIDTH  = "64"
    }
  }
}
''',
    "lambda/index.mjs": '''import { S3Client } from '@aws-sdk/client-s3';
import { name } from './name.mjs';

const s3 = new S3Client({});

export const handler = async (event) => {
  const { bucket, object } = event.Records[0].s3;
  return { bucket: bucket.name, key: name(object.key), width: process.env.WIDTH };
};
''',
    "lambda/name.mjs": "export const name = (key) => key.toLowerCase();\n",
}

CDK = {
    "app.py": '''import aws_cdk as cdk
from aws_cdk import Duration, Stack, aws_lambda as lambda_


class Report(Stack):
    def __init__(self, scope, id, **options):
        super().__init__(scope, id, **options)
        lambda_.Function(self, "NightlyReport", runtime=lambda_.Runtime.PYTHON_3_13, handler="report.handler",
                         code=lambda_.Code.from_asset("functions/report"), timeout=Duration.minutes(2), memory_size=2048,
                         architecture=lambda_.Architecture.ARM_64, environment={"FORMAT": "csv", "TABLE": self.table.name})


Report(cdk.App(), "report")
''',
    "functions/report/report.py": '''from events import at


def handler(event, context):
    return at(event["time"], event["detail"]["rows"])
''',
    "functions/report/events.py": "def at(time, rows):\n    return [time, rows + 1]\n",
    "functions/report/event.json": '{"detail-type": "Scheduled Event", "time": "2026-01-31T12:00:00Z", "detail": {"rows": 1}}\n',
}

# Two functions in one template: each gets a project file in the folder of its code.
TWO = {
    "template.yaml": '''Resources:
  Read:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: read, Handler: app.handler, Runtime: python3.13, FunctionUrlConfig: {AuthType: NONE}}
  Write:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: write, Handler: app.handler, Runtime: python3.13}
''',
    "read/app.py": "def handler(event, context):\n    return event['queryStringParameters']['q']\n",
    "write/app.py": "def handler(event, context):\n    return event\n",
    "events/read.json": '{"version": "2.0", "rawPath": "/", "queryStringParameters": {"q": "a"}}\n',
    "events/write.json": "{}\n",
}

FOLDERS = {
    "thumbs": THUMBS, "price-list": LOCKED, "checksum": CHECKSUM, "sam": SAM, "pixels": ALONE, "serverless": SERVERLESS,
    "image": IMAGE, "terraform": TERRAFORM, "cdk": CDK, "two": TWO,
}
