"""What own_code says about sources, and event_reads about what they read of an event."""
import ast
import json
import pathlib
import subprocess
import sys
import tempfile
import textwrap
import unittest

from embedded import PACKAGE

from lbundle_scripts import event_reads, own_code


def shown(source):
    return own_code.shown_by(ast.parse(textwrap.dedent(source)))


def reads(source, function="handler"):
    return event_reads.reads_of(ast.parse(textwrap.dedent(source)))[function]


class OwnCode(unittest.TestCase):
    def test_imports_clients_and_variables(self):
        found = shown("""
            import os, boto3
            from . import words
            s3 = boto3.client("s3")
            table = boto3.Session().resource("dynamodb")
            A = os.environ["A"]
            B = os.environ.get("B", "b")
            os.environ["C"] = "set"
            """)
        self.assertEqual([name for name, *_ in found["imports"]], ["os", "boto3", "."])
        self.assertEqual([name for name, _ in found["clients"]], ["s3", "dynamodb"])
        self.assertEqual([[name, needed, default] for name, _, needed, default in found["variables"]],
                         [["A", True, None], ["B", False, "b"]])

    def test_texts_that_may_name_files(self):
        found = shown("""
            '''a/docstring.txt'''
            X = {"key.txt": 1}
            open("data/a.txt"); Path(here) / "templates"; event["events"]; print("words"); name == "b.txt"
            """)
        self.assertEqual([text for text, _ in found["texts"]], ["data/a.txt", "templates"])

    def test_texts_that_may_name_modules(self):
        found = shown("""
            os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_settings")
            LAYERS = ["shop.middleware.Log"]; print("two words"); event["key"]
            """)
        self.assertEqual([text for text, _ in found["names"]], ["shop.middleware.Log", "site_settings"])

    def test_functions_and_what_calls_are_bound_to(self):
        found = shown("handler = Mangum(app)\nif x:\n    def run(event, context): pass\nclass A:\n    def m(self, e): pass\n")
        self.assertEqual([(name, parameters) for name, _, parameters in found["functions"]],
                         [("handler", None), ("run", ["event", "context"])])

    def test_routes(self):
        found = shown("@app.get('/a/{b}')\nasync def f(b): pass\n@app.route('/')\n@cache.get('x')\n@plain\ndef g(): pass\n")
        self.assertEqual(found["routes"], [["get", "/a/{b}", 1], ["get", "/", 3]])

    def test_dates(self):
        found = reads("def handler(event, context):\n    return dateutil.parser.parse(event['x']), parse(event['y'])\n")
        self.assertEqual(found["keys"], {"x": {"needed": True, "kind": "date"}, "y": {"needed": True}})

    def test_a_source_that_does_not_parse(self):
        with tempfile.NamedTemporaryFile("w", suffix=".py") as file:
            file.write("def f(:\n")
            file.flush()
            ended = subprocess.run([sys.executable, "-S", "-B", str(PACKAGE), "own_code", "/"], input=file.name.encode() + b"\0",
                                   capture_output=True, check=True)
        self.assertEqual(json.loads(ended.stdout)["error"][0], 1)
        self.assertTrue(pathlib.Path(PACKAGE).is_dir())


class EventReads(unittest.TestCase):
    def test_keys_lists_and_kinds(self):
        found = reads("""
            SIZES = {"small": 1}
            def handler(event, context):
                total = sum(row["price"] * 2 for row in event["rows"])
                return SIZES[event["size"]], event["words"][0].upper(), event.get("times", 3), total
            """)["keys"]
        self.assertEqual(found["rows"]["items"]["keys"]["price"]["kind"], "number")
        self.assertEqual(found["size"]["value"], "small")
        self.assertEqual(found["words"]["items"]["kind"], "text")
        self.assertEqual(found["times"]["default"], 3)
        self.assertNotIn("needed", found["times"])

    def test_json_and_base64_inside(self):
        found = reads("""
            def handler(event, context):
                for record in event["Records"]:
                    data = json.loads(base64.b64decode(record["kinesis"]["data"]).decode("utf-8"))
                    print(data["id"] + 1)
            """)
        data = found["keys"]["Records"]["items"]["keys"]["kinesis"]["keys"]["data"]
        self.assertEqual(data["base64"]["json"]["keys"]["id"], {"needed": True, "kind": "number"})

    def test_functions_that_get_the_event(self):
        found = reads("""
            def handler(event, context):
                return work(event)
            def work(given):
                return again(given["a"])
            def again(a):
                return again(a) if a == "x" else 1
            """)
        self.assertEqual(found["keys"]["a"], {"needed": True, "value": "x"})

    def test_functions_of_own_modules(self):
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / "store.py").write_text("def rows(given):\n    return [row['n'] * 2 for row in given]\n")
            tree = ast.parse("from store import rows\ndef handler(event, context):\n    return rows(event['rows'])\n")
            found = event_reads.reads_of(tree, folder + "/app.py", folder)["handler"]
        self.assertEqual(found["keys"]["rows"]["items"]["keys"]["n"]["kind"], "number")

    def test_a_choice_and_a_condition(self):
        found = reads("""
            def handler(event, context):
                query = event.get("queryStringParameters") or {}
                if event["kind"] in ("a", "b") and query["n"] > 3:
                    return query
            """)["keys"]
        self.assertEqual(found["kind"]["value"], "a")
        self.assertEqual(found["queryStringParameters"]["keys"]["n"], {"needed": True, "kind": "number"})


if __name__ == "__main__":
    unittest.main()
