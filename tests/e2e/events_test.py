"""What an event proves: events that raise by contract, answers that prove nothing, and differences that are none."""
import os
import subprocess

import support

JUDGED_BAD = 1
WRONG_USAGE = 2
COULD_NOT = 3

PROJECT = support.PROJECT_FILE + """
[sandbox]
cold_starts = 0
"""
RAISING = PROJECT + """
[[event]]
files = "events/raise-*.json"
expect = "error"
"""
RAISER = """import greeting


def handler(event, context):
    if "n" not in event:
        raise ValueError("n is missing, not " + greeting.words()[0])
    return greeting.words()[event["n"]]
"""

# The first word is the same on the bundle unless the table is missing.
SPOILED = RAISER.replace('greeting.words()[0]', 'words()') + """

def words():
    try:
        return greeting.words()[0]
    except OSError:
        return "a word"
"""

FAILING = """import json
import os
import socket

import greeting


def handler(event, context):
    print("asked for", event["n"])
    if event["n"] == 1:
        return {"statusCode": 200, "body": greeting.words()[1]}
    try:
        socket.create_connection((os.environ.get("DATABASE", "db.internal"), 5432), timeout=2).close()
    except OSError as error:
        return {"statusCode": 500, "body": json.dumps({"error": type(error).__name__})}
"""

JSON_LOGGER = """import json
import sys
import traceback

from greeting import dividing


def handler(event, context):
    try:
        return dividing.divide(1, event["n"])
    except ArithmeticError as error:
        trace = "".join(traceback.format_tb(error.__traceback__))
        print(json.dumps({"level": "ERROR", "stack_trace": trace, "message": MESSAGE}), file=sys.stderr)
        return {"trace": trace, "object": "<%s at 0x7f%010x>" % ("thing", id(error) & 0xffffffffff)}
"""
DIVIDING = "def divide(a, b):\n    return a / b\n"


class Events(support.Case):
    def events_of(self, finished):
        return {event["name"]: event for event in finished.json["events"]}

    # Events that raise.

    def test_an_event_that_raises_by_contract(self):
        folder = self.project(project_file=RAISING, handler=RAISER, events={"train-one": {"n": 1}, "raise-none": {}})
        finished = self.build(folder, "--format", "json", "--no-repair")
        events = self.events_of(finished)
        self.assertEqual((events["raise-none"]["expect"], events["raise-none"]["match"]), ("error", True), events)
        self.assertEqual(events["raise-none"]["answer"], "ValueError: n is missing, not good")
        self.assertEqual(events["raise-none"]["unproven"], "")
        text = self.build(folder, "--no-repair")
        self.assertRegex(text.stdout, r"raise-none +✓ same error")
        verified = self.run_ok("verify", folder / "dist/greeter.zip", "--format", "json", cwd=folder)
        self.assertTrue(all(event["match"] for event in verified.json["events"]))
        self.build(folder, "--frozen")

    def test_another_error_of_the_bundle(self):
        project_file = PROJECT.replace('files = "events/train-*.json"', 'files = "events/*.json"\nexpect = "error"')
        folder = self.project(project_file=project_file + '\n[prune]\ndrop = ["greeting/table.txt"]\n', handler=SPOILED,
                              events={"raise-none": {}})
        finished = self.run_program("build", "--format", "json", "--no-repair", cwd=folder)
        self.assertEqual(finished.status, JUDGED_BAD, finished)
        self.assertIn('/errorMessage: "n is missing, not a word" instead of "n is missing, not good"',
                      self.events_of(finished)["raise-none"]["differences"])
        self.assertFalse((folder / "dist").exists())

    def test_without_the_key_the_error_names_it(self):
        project_file = RAISING.replace('expect = "error"', "verify_only = true")
        folder = self.project(project_file=project_file, handler=RAISER, events={"train-one": {"n": 1}, "raise-none": {}})
        self.assert_refused(self.run_program("build", cwd=folder), COULD_NOT, "cannot run 'event raise-none'",
                            "ValueError: n is missing", 'expect = "error" in the [[event]]')
        (folder / "lbundle.toml").write_text(project_file.replace("verify_only = true", ""))
        self.assert_refused(self.run_program("build", cwd=folder), COULD_NOT, "cannot trace 'event raise-none'")

    def test_with_the_key_an_answer_is_an_error(self):
        folder = self.project(project_file=RAISING, handler=RAISER, events={"train-one": {"n": 1}, "raise-one": {"n": 1}})
        self.assert_refused(self.run_program("build", cwd=folder), COULD_NOT, "cannot trace 'event raise-one'",
                            'it answers "morning" on the unshrunk tree')
        project_file = RAISING.replace('"error"', '"errors"')
        (folder / "lbundle.toml").write_text(project_file)
        self.assert_refused(self.run_program("build", cwd=folder), WRONG_USAGE, "errors", "did you mean")

    # Answers that prove nothing.

    def test_no_event_gets_through(self):
        folder = self.project(project_file=PROJECT, handler=FAILING, events={"train-a": {"n": 2}, "train-b": {"n": 3}})
        finished = self.run_program("build", "--format", "json", cwd=folder)
        self.assertEqual(finished.status, JUDGED_BAD, finished)
        self.assertFalse((folder / "dist").exists())
        self.assertEqual(finished.json["unproven_events"], 2)
        codes = [finding["code"] for finding in finished.json["findings"]]
        self.assertEqual((codes.count("event-fails-unshrunk"), codes.count("no-event-got-through")), (2, 1), codes)
        text = self.run_program("build", cwd=folder)
        self.assertIn("2 of 2 events prove nothing", text.stdout.split("\n")[0], text)
        zip_file = folder / ".lbundle/rejected/greeter.zip"
        self.assertEqual(self.run_program("verify", zip_file, cwd=folder).status, JUDGED_BAD)
        self.run_ok("verify", zip_file, "--allow-failing-events", cwd=folder)
        self.build(folder, "--allow-failing-events")
        self.assertTrue((folder / "dist/greeter.zip").exists())

    def test_an_event_that_proves_nothing_is_named_and_shown(self):
        folder = self.project(project_file=PROJECT, handler=FAILING, events={"train-a": {"n": 1}, "train-b": {"n": 2}})
        quiet = self.build(folder)
        self.assertIn("1 of 2 events proves nothing", quiet.stdout.split("\n")[0])
        self.assertNotIn("answered:", quiet.stdout)
        self.assertIn("[[sandbox.service]]", quiet.stdout, "the way out of a missing network")
        shown = " ".join(self.build(folder, "-v").stdout.split())
        self.assertIn('answered: {"statusCode": 500, "body": "{\\"error\\": \\"gaierror\\"}"}', shown)
        self.assertIn("wrote: asked for 2", shown)
        page = (folder / "dist/greeter.report.html").read_text()
        self.assertIn("asked for 2", page)
        self.assertIn("proves nothing: it answers statusCode 500", page)

    def test_a_library_answers_in_place_of_the_function(self):
        handler = "from greeting.guard import guarded\n\n\n@guarded\ndef handler(event, context):\n    return 'well'\n"
        guard = ("def guarded(function):\n    def guard(event, context):\n"
                 "        return function(event, context) if event.get('go') else 'refused'\n    return guard\n")
        folder = self.project(project_file=PROJECT, handler=handler, events={"train-a": {"go": 1}, "train-b": {}})
        support.make_wheel(folder / "wheels", "greeting", "1.0", {**support.GREETING, "greeting/guard.py": guard})
        events = self.events_of(self.build(folder, "--format", "json"))
        self.assertEqual(events["train-a"]["unproven"], "")
        self.assertIn("none of the function's own code ran", events["train-b"]["unproven"])

    # Differences that are none.

    def logging_project(self, message):
        folder = self.project(project_file=PROJECT, handler=JSON_LOGGER.replace("MESSAGE", message),
                              events={"train-a": {"n": 0}, "train-b": {"n": 1}})
        support.make_wheel(folder / "wheels", "greeting", "1.0", {**support.GREETING, "greeting/dividing.py": DIVIDING})
        return folder

    def test_a_traceback_in_json(self):
        folder = self.logging_project("'no answer'")
        events = self.events_of(self.build(folder, "--format", "json", "--no-repair"))
        self.assertTrue(all(event["match"] for event in events.values()), events)

    def test_a_real_difference_beside_a_traceback(self):
        folder = self.logging_project("'it is there: %s' % __import__('os').path.exists('/var/task/greeting/table.txt')")
        with open(folder / "lbundle.toml", "a") as project_file:
            project_file.write('\n[prune]\ndrop = ["greeting/table.txt"]\n')
        finished = self.run_program("build", "--format", "json", "--no-repair", cwd=folder)
        self.assertEqual(finished.status, JUDGED_BAD, finished)
        lines = self.events_of(finished)["train-a"]["differences"]
        self.assertIn('in its JSON /message: "it is there: False" instead of "it is there: True"', lines[0])

    # What is said before events run.

    def test_data_that_can_never_fit(self):
        folder = self.project(project_file=PROJECT.replace('source = ["handler.py"]', 'source = ["handler.py", "big.bin"]')
                              + "\n[limits]\nlayers_unzipped = 262000000\n", more={"big.bin": b"x" * 200_000})
        finished = self.run_program("build", cwd=folder)
        self.assert_refused(finished, JUDGED_BAD, "its own data takes 200.0 kB unzipped", "big.bin")
        self.assertNotIn("trace  ", finished.stderr)

    def test_a_library_that_nothing_brings(self):
        folder = self.project(project_file=PROJECT)
        subprocess.run(["gcc", "-shared", "-fPIC", "-x", "c", "/dev/null", "-Wl,-soname,libnowhere.so.1", "-o",
                        folder / "libnowhere.so.1"], check=True)
        subprocess.run(["gcc", "-shared", "-fPIC", "-x", "c", "/dev/null", "-x", "none", "-Wl,--no-as-needed", folder / "libnowhere.so.1", "-o",
                        folder / "fast.so"], check=True)
        support.make_wheel(folder / "wheels", "greeting", "1.0",
                           {**support.GREETING, "greeting/fast.so": (folder / "fast.so").read_bytes()})
        log = self.build(folder).stderr
        said = log.find("python3.11 has no libnowhere.so.1, and nothing brings it; greeting/fast.so")
        self.assertTrue(0 <= said < log.find("\ntrace "), log)


NODE_PROJECT = """[function]
name = "guarded"
handler = "index.handler"
runtime = "nodejs22.x"
source = ["index.js"]

[[event]]
files = "events/train-*.json"

[[event]]
files = "events/raise-*.json"
expect = "error"

[[layer]]
zip = "layer.zip"

[sandbox]
cold_starts = 0
"""
NODE_HANDLER = """async function own(event) {
  if (event.boom) throw new TypeError('boom');
  if (event.log) console.error(new Error('logged'));
  return 'well';
}
exports.handler = require('guard').guard(own);
"""
GUARD = "exports.guard = (own) => async (event) => event.go ? own(event) : 'refused';\n"


class NodeEvents(support.Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # lbundle fetches Node.js once per machine.
        cls.cache = os.environ.get("LBUNDLE_CACHE") or os.path.expanduser("~/.cache/lbundle")

    def test_what_events_of_node_prove(self):
        folder = self.folder / "project"
        support.write_tree(folder, {
            "lbundle.toml": NODE_PROJECT, "index.js": NODE_HANDLER, "events/train-go.json": '{"go": 1}',
            "events/train-refused.json": "{}", "events/train-log.json": '{"go": 1, "log": 1}',
            "events/raise-boom.json": '{"go": 1, "boom": 1}'})
        (folder / "layer.zip").write_bytes(support.layer({"nodejs/node_modules/guard/index.js": GUARD}))
        events = {event["name"]: event for event in self.build(folder, "--format", "json").json["events"]}
        self.assertEqual(events["train-go"]["unproven"], "")
        self.assertIn("none of the function's own code ran", events["train-refused"]["unproven"])
        self.assertEqual(events["train-log"]["unproven"], 'its log has "Error: logged"')
        self.assertEqual((events["raise-boom"]["match"], events["raise-boom"]["answer"]), (True, "TypeError: boom"))


if __name__ == "__main__":
    support.main()
