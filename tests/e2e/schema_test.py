"""docs/lbundle.schema.json and the parser judge project files alike: both accept the same keys, types, names and bounds.

The parser is asked through the program. Its answer to an unknown key or name lists all that it knows, its answer to a number out of
bounds has the bounds, and its exit status is 2 exactly if the project file is wrong.
"""
import copy
import datetime
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import tomllib

import support

SCHEMA = json.loads((support.SOURCE_FOLDER / "docs/lbundle.schema.json").read_text())
# The first explains mistakes; the second judges a project file in a tenth of the time.
VALIDATORS = ["jsonschema==4.23.0", "fastjsonschema==2.20.0"]
UNKNOWN = "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz"  # near no known name, so that the hint lists all of them

# Values of each type that TOML has.
VALUES = [True, False, 7, 0, -1, 2.5, "text", "", [], [7], ["a"], [""], ["a", "text"], [["a"]], {}, {"a": "b"}, {"a": 1}, [{}],
          datetime.date(2026, 1, 31)]
# Texts near the edge of what the patterns allow.
TEXTS = ["a-b_c", "a.b", ".a", "a.", "a..b", "..", ".", "x/y", "/x", "x//y", "x/", "./x", "../x", "x/../y", "**", "a**", "**/a", "a/**/b",
         "/mnt/x/", "/tmp", "/tmp/", "/var/task", "/opt/.", "//", "/./", "/var/task/x", "/mnt/../x", "7", "$LATEST", "0", "live", "a:b", "a*", "a?",
         "+1%", "1%", "+2 MB", "+2MB", "+ 2 MB", "+2 mb", "+1.5 KiB", "+.5 GB", "+1e3 kB", "+-1%", "10 kB", "10 % ", "-1 kB", "eu-west-2", "eu-west",
         "123456789012", "12345678901", "x" * 64, "x" * 65, "seed.json", "seed.sql", "seed.redis", "seed.py", "a b", "ünï", "http://127.0.0.1:1/"]
# Keys whose values name files that must exist. Only the parser can judge that, so they get names of files that do.
PATHS = {("function", "source"), ("function", "requirements"), ("source", "from"), ("event", "files"), ("sandbox", "mount", "source"),
         ("sandbox", "service", "seed"), ("layer", "zip")}
FILES = ["handler.py", "data/one.txt", "events/train-one.json", "requirements.txt", "seed.json", "seed.sql", "seed.redis", "seed.py",
         "server.py", "layers/extra.zip", "a", "text", "x/y", "a-b_c", "a.b"]
# Wrong at places where a schema cannot see it: two servers of a kind would use one port.
ONE_OF_A_KIND = ("sandbox", "service", "kind")


def install_validators(folder):
    """Installs the validators from PyPI into `folder` and returns their modules."""
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", "--root-user-action=ignore",
                    "--target", folder, *VALIDATORS], check=True)
    sys.path.insert(0, str(folder))
    import fastjsonschema
    import jsonschema
    return jsonschema, fastjsonschema


def toml(value):
    """Returns `value` as a value of TOML, tables in line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "{%s}" % ", ".join("%s = %s" % (json.dumps(key), toml(each)) for key, each in value.items())
    if isinstance(value, list):
        return "[%s]" % ", ".join(map(toml, value))
    if isinstance(value, datetime.date):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


def document(value):
    return "".join("%s = %s\n" % (key, toml(each)) for key, each in value.items())


def resolved(node):
    """The node with what it refers to."""
    merged = {key: value for key, value in node.items() if key != "allOf"}
    for part in node.get("allOf", []):
        if "$ref" in part:
            part = SCHEMA["definitions"][part["$ref"].rpartition("/")[2]]
        merged = {**part, **merged}
    return merged


def example_of(node):
    """A value of the node with every key: its own example, or the examples of its keys."""
    if "examples" in node:
        examples = copy.deepcopy(node["examples"])
        return examples if node.get("type") == "array" and "properties" in node["items"] else examples[0]
    if node.get("type") == "array":
        return [example_of(node["items"])]
    return {key: example_of(each) for key, each in node["properties"].items()}


def tables_of(node, path=()):
    """(path, node) of each table whose keys are known; an array of tables counts as its items."""
    node = node.get("items", node) if node.get("type") == "array" else node
    if "properties" in node:
        yield path, node
        for key, each in node["properties"].items():
            yield from tables_of(each, path + (key,))


def keys_of():
    """(path, node) of each key of each table."""
    for path, node in tables_of(SCHEMA):
        for key, each in node["properties"].items():
            yield path + (key,), resolved(each)


def owners(value, path):
    """The tables of `value` that have the last key of `path`, or may get it. `path` passes through arrays of tables."""
    if isinstance(value, list):
        for item in value:
            yield from owners(item, path)
    elif len(path) == 1:
        yield value
    elif path[0] in value:
        yield from owners(value[path[0]], path[1:])


class Project(support.Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = tempfile.TemporaryDirectory(prefix="lbundle-jsonschema.")
        cls.addClassCleanup(folder.cleanup)
        jsonschema, fastjsonschema = install_validators(folder.name)
        cls.addClassCleanup(sys.path.remove, folder.name)
        jsonschema.Draft7Validator.check_schema(SCHEMA)
        cls.schema = jsonschema.Draft7Validator(SCHEMA)
        cls.wrong = fastjsonschema.JsonSchemaValueException
        cls.judge = staticmethod(fastjsonschema.compile(SCHEMA, use_default=False))

    def setUp(self):
        super().setUp()
        support.write_tree(self.folder, {"shared/common/words.py": ""})
        self.folder /= "project"
        support.write_tree(self.folder, {name: "" for name in FILES})
        self.base = example_of(SCHEMA)
        self.asked = 0

    def ask_parser(self, text):
        """Returns what the program says of the project file `text`, or nothing if it accepts it."""
        (self.folder / "lbundle.toml").write_text(text)
        finished = subprocess.run([support.PROGRAM, "why", "handler.py"], cwd=self.folder, capture_output=True, text=True,
                                  env=self.environment(), check=False)
        self.asked += 1
        # 3: the project file is right, and nothing was built yet.
        self.assertIn(finished.returncode, (2, 3), text + finished.stderr)
        return finished.stderr if finished.returncode == 2 else ""

    def compare(self, value, what):
        """Returns a line if the schema and the parser disagree about the project file `value`."""
        text = document(value)
        error = self.ask_parser(text)
        value = tomllib.loads(text)
        if bool(error) != self.schema_accepts(value):
            return []
        mistakes = [error.message for error in self.schema.iter_errors(value)]
        return ["%s: parser: %s; schema: %s" % (what, error.partition("\n")[0] or "accepts it", "; ".join(mistakes) or "accepts it")]

    def schema_accepts(self, value):
        try:
            self.judge(value)
        except self.wrong:
            return False
        return True

    def changed(self, path, change):
        """Yields the base document once for each table that may have the key, changed by `change(table, key)`."""
        for at in range(len(list(owners(self.base, path)))):
            value = copy.deepcopy(self.base)
            change(list(owners(value, path))[at], path[-1])
            yield value

    def set_to(self, path, new):
        return self.changed(path, lambda table, key: table.__setitem__(key, new))

    # The base itself.

    def test_the_examples_together_are_right(self):
        self.assertEqual(list(self.schema.iter_errors(self.base)), [])
        self.assertEqual(self.compare(self.base, "base"), [])
        self.assertEqual(self.ask_parser(document(self.base)), "")

    # The lists of the parser.

    def known_to_parser(self, value):
        """The names in the hint of the parser's error."""
        error = self.ask_parser(document(value))
        found = re.search(r"^hint: the known names are: (.*)$", error, re.MULTILINE)
        self.assertTrue(found, error)
        return sorted(found[1].split(", "))

    def test_each_table_has_the_keys_that_the_parser_knows(self):
        for path, node in tables_of(SCHEMA):
            for value in self.set_to(path + (UNKNOWN,), 1):
                with self.subTest(".".join(path)):
                    self.assertEqual(self.known_to_parser(value), sorted(node["properties"]))

    def test_each_choice_has_the_names_that_the_parser_knows(self):
        choices = 0
        for path, node in keys_of():
            names = node.get("enum")
            new = UNKNOWN
            for each in node.get("anyOf", []):
                names, new = each.get("items", {}).get("enum", names), [UNKNOWN]
            if not names:
                continue
            choices += 1
            for value in self.set_to(path, new):
                # A service without `kind` refuses some keys whatever their values are.
                if path[:2] == ("sandbox", "service") and "the known names" not in self.ask_parser(document(value)):
                    continue
                with self.subTest(".".join(path)):
                    self.assertEqual(self.known_to_parser(value), sorted(name for name in names if isinstance(name, str)))
        self.assertGreater(choices, 15)

    def test_each_number_has_the_bounds_of_the_parser(self):
        numbers = 0
        for path, node in keys_of():
            if node.get("type") not in ("integer", "number"):
                continue
            numbers += 1
            value, = self.set_to(path, -(2 ** 40))
            with self.subTest(".".join(path)):
                found = re.search(r"must be from (\S+) to (\S+)\n", self.ask_parser(document(value)))
                self.assertEqual([float(found[1]), float(found[2])], [node["minimum"], node["maximum"]])
        self.assertGreater(numbers, 8)

    def test_each_reserved_variable_is_that_of_the_parser(self):
        in_program = re.findall(rb"_?[A-Z]+(?:_[A-Z]+)*", pathlib.Path(support.PROGRAM).read_bytes())
        candidates = sorted({name.decode() for name in in_program if re.match(rb"_[A-Z]{5}|_X_|AWS_|LAMBDA_", name)})
        refused = []
        for name in candidates:
            value = {**self.base, "environment": {name: "x"}}
            if "reserves" in self.ask_parser(document(value)):
                refused.append(name)
        self.assertEqual(refused, sorted(SCHEMA["properties"]["environment"]["propertyNames"]["not"]["enum"]))

    # The verdict on one change at a time.

    def values_for(self, path, node):
        values = list(VALUES)
        if path in PATHS:
            # The ending of a seed is judged before its existence.
            values = [value for value in values if "seed" not in path or value not in (["a"], ["a", "text"], "text")]
            return values + FILES + ["", "x//y"] + (["a**"] if "pattern" in node else [])
        # A number, true or false, and a name of a few are judged by VALUES and by what follows.
        if "enum" not in node and node.get("type") not in ("integer", "number", "boolean"):
            values += TEXTS
        if isinstance(node.get("type"), list):
            values += [[text] for text in TEXTS]
        for bound in ("minimum", "maximum"):
            if bound in node:
                values += [node[bound], node[bound] - 1, node[bound] + 1, node[bound] * 1.0, node[bound] + 0.5]
        for name in node.get("enum", []):
            values += [name, str(name) + "x", str(name).upper()]
        return values

    def disagreements(self, paths):
        found = []
        for path, node in paths:
            for new in self.values_for(path, node):
                for value in self.set_to(path, new):
                    if path == ONE_OF_A_KIND:
                        services = value["sandbox"]["service"]
                        if [service["kind"] for service in services if "kind" in service].count(new) > 1:
                            continue
                    # The schema's "integer" has 512.0 too, TOML's has not.
                    if isinstance(new, float) and node.get("type") == "integer" and new == int(new):
                        self.assertIn("must be a whole number", self.ask_parser(document(value)))
                        continue
                    found += self.compare(value, "%s = %s" % (".".join(path), toml(new)))
            for value in self.changed(path, lambda table, key: table.pop(key, None)):
                found += self.compare(value, "without " + ".".join(path))
        return found

    def test_keys_of_the_function(self):
        self.assertEqual(self.disagreements((path, node) for path, node in keys_of() if path[0] in ("function", "source", "environment")), [])

    def test_keys_of_events_and_stages(self):
        self.assertEqual(self.disagreements((path, node) for path, node in keys_of() if path[0] in ("event", "stage")), [])

    def test_keys_of_the_sandbox(self):
        self.assertEqual(self.disagreements((path, node) for path, node in keys_of() if path[0] == "sandbox"), [])

    def test_other_keys(self):
        seen = {"function", "source", "environment", "event", "stage", "sandbox"}
        self.assertEqual(self.disagreements((path, node) for path, node in keys_of() if path[0] not in seen), [])
        self.assertGreater(self.asked, 500)

    def test_entries_of_free_tables(self):
        found = []
        for new in VALUES + TEXTS:
            found += self.compare({**self.base, "environment": {"SOME_NAME": new}}, "environment entry %s" % toml(new))
            found += self.compare({**self.base, "budget": {"packages": {"pillow": new}}}, "budget.packages entry %s" % toml(new))
            if isinstance(new, str):
                found += self.compare({**self.base, "environment": {new: "x"}}, "environment name %s" % toml(new))
        for name in SCHEMA["properties"]["environment"]["propertyNames"]["not"]["enum"] + ["A=B", "AWS_REGION_OF_MINE"]:
            found += self.compare({**self.base, "environment": {name: "x"}}, "environment name %s" % name)
        self.assertEqual(found, [])

    def test_keys_that_depend_on_others(self):
        """Each key of some tables alone, beside each runtime, kind and network."""
        found = []
        needed = {"name": "a", "handler": "a.b", "runtime": "python3.13"}
        for runtime in ("python3.13", "nodejs22.x", "provided.al2023"):
            for key in SCHEMA["properties"]["function"]["properties"]:
                for handler in ("a.b", "ab"):
                    function = {**needed, "runtime": runtime, "handler": handler, key: self.base["function"][key]}
                    function["runtime"] = runtime
                    for more in ({}, {"requirements": "requirements.txt"}):
                        found += self.compare({**self.base, "function": {**function, **more}}, "function with %s" % function)
        service = SCHEMA["properties"]["sandbox"]["properties"]["service"]["items"]["properties"]
        ends = {"aws": "json", "redis": "redis"}
        for kind in service["kind"]["enum"] + [None]:
            for key, node in service.items():
                one = {"kind": kind} if kind else {"command": ["a"]}
                if key != "kind":
                    one[key] = "seed." + ends.get(kind, "sql") if key == "seed" else node["examples"][0]
                for network in ("none", "loopback", "host"):
                    found += self.compare({**self.base, "sandbox": {"network": network, "service": [one]}}, "%s on %s" % (one, network))
        for key in SCHEMA["properties"]["stage"]["properties"]:
            found += self.compare({**self.base, "stage": {key: self.base["stage"][key]}}, "stage with %s alone" % key)
        for compare in SCHEMA["properties"]["event"]["items"]["properties"]["compare"]["enum"]:
            for tolerance in (0, 0.0, 0.5):
                event = {"files": "a", "compare": compare, "tolerance": tolerance}
                found += self.compare({**self.base, "event": [event]}, "%s" % event)
        self.assertEqual(found, [])

    def test_wrong_tables(self):
        found = []
        for path, node in tables_of(SCHEMA):
            if not path:
                continue
            for new in VALUES:
                for value in self.set_to(path, new):
                    found += self.compare(value, "%s = %s" % (".".join(path), toml(new)))
        self.assertEqual(found, [])

    # Project files that people wrote.

    def test_project_files_of_the_source_tree(self):
        files = sorted((support.SOURCE_FOLDER / "fixtures").glob("*/lbundle.toml"))
        self.assertGreater(len(files), 5)
        texts = {str(file): file.read_text() for file in files}
        for page in [*sorted((support.SOURCE_FOLDER / "docs").rglob("*.md")), support.SOURCE_FOLDER / "README.md"]:
            for number, text in enumerate(re.findall(r"^```toml\n(.*?)^```$", page.read_text(), re.MULTILINE | re.DOTALL)):
                texts["%s, example %d" % (page, number + 1)] = text
        for name, text in texts.items():
            value = tomllib.loads(text)
            if name.endswith(".md") or ", example" in name:  # an example shows a part of a project file
                if not set(value) <= set(SCHEMA["properties"]):
                    continue  # it is a rule file
                value = {**{key: self.base[key] for key in ("function", "event")}, **value}
                value["function"] = {**{key: self.base["function"][key] for key in ("name", "handler", "runtime")}, **value["function"]}
            with self.subTest(name):
                self.assertEqual([error.message for error in self.schema.iter_errors(value)], [])


class Form(support.Case):
    """What the schema has beside what it judges: it is the source of the reference."""

    def test_each_key_is_described(self):
        for path, node in keys_of():
            with self.subTest(".".join(path)):
                for field in ("description", "x-since"):
                    self.assertIn(field, node)
                described = "examples" in node or "properties" in node.get("items", node)
                self.assertTrue(described, "it has no example")
                default = "default" in node or "defaultValue" in node.get("x-taplo", {}).get("docs", {})
                table = node.get("type") == "object" or node.get("items", {}).get("type") == "object"
                self.assertTrue(default or table or path[-1] in self.needed(path), "it has no default")
                meanings = node.get("x-taplo", {}).get("docs", {}).get("enumValues")
                if "enum" in node and "x-names-of" not in node:
                    self.assertEqual(len(meanings), len(node["enum"]), "each name has a meaning")

    @staticmethod
    def needed(path):
        for table, node in tables_of(SCHEMA):
            if table == path[:-1]:
                return node.get("required", [])
        return []


if __name__ == "__main__":
    support.main()
