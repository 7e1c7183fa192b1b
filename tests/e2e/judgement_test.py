"""What a function may do instead of answering: lbundle judges each case as Lambda would, and the report distinguishes them.

The handler misbehaves when a file is missing, and the file is dropped on purpose: it works unshrunk and fails on the bundle.
"""
import os
import pathlib

import support

DEEDS = """import ctypes
import json
import os
import sys
import time


def do(what):
    if what == "raise":
        raise ValueError("it is raised")
    if what == "exit":
        sys.exit(3)
    if what == "exit-at-once":
        os._exit(4)
    if what == "segfault":
        ctypes.string_at(0)
    if what == "sleep":
        time.sleep(60)
    if what == "fill-tmp":
        with open("/tmp/large", "wb") as file:
            os.posix_fallocate(file.fileno(), 0, 600 << 20)
    if what == "daemon" and os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(600)
        os._exit(0)
    if what == "large":
        return "x" * 7000000
    if what == "write":
        open("/var/task/new", "w")
    if what == "binary-stdout":
        os.write(1, bytes(range(256)) + b"\\n")
    if what == "binary-stderr":
        os.write(2, b"\\xff\\x00\\xfe\\n")
    if what == "memory":
        block = bytearray(400 << 20)
        time.sleep(5)
    if what == "unserialisable":
        return {1, 2}
    return "well"
"""

HANDLER = """import os
import greeting
from deeds import do

HERE = os.path.dirname(os.path.abspath(__file__))


def handler(event, context):
    if not os.path.exists(os.path.join(HERE, "greeting/table.txt")):
        return do(event["do"])
    return "well"
"""

PROJECT = support.PROJECT_FILE.replace('source = ["handler.py"]', 'source = ["handler.py", "deeds.py"]') + """
[sandbox]
timeout = 2
memory = 256
cold_starts = 0
"""

# What the handler does, and how the report names it.
ENDINGS = {
    "raise": "ValueError: it is raised",
    "exit": "Runtime.ExitError: Runtime exited with error: exit status 3",
    "exit-at-once": "Runtime.ExitError: Runtime exited with error: exit status 4",
    "segfault": "Runtime.ExitError: Runtime exited with error: signal 11",
    "sleep": "Sandbox.Timedout: Task timed out after 2.00 seconds",
    "fill-tmp": "OSError: [Errno 28] No space left on device",
    "large": "Function.ResponseSizeTooLarge",
    "write": "OSError: [Errno 30] Read-only file system: '/var/task/new'",
    "memory": "Runtime.OutOfMemory",
    "unserialisable": "Runtime.MarshalError",
}
# Behaviour that Lambda does not object to.
HARMLESS = ("daemon", "binary-stdout")


class Judgement(support.Case):
    def misbehaving(self, deeds, handler=HANDLER, drop=True):
        settings = '\n[prune]\nlevel = "trace"\ndrop = ["greeting/table.txt"]\n' if drop else ""
        return self.project(handler=handler, project_file=PROJECT + settings, more={"deeds.py": DEEDS},
                            events={"train-" + deed: {"do": deed} for deed in deeds})

    def test_each_is_told_apart(self):
        deeds = [*ENDINGS, *HARMLESS, "binary-stderr"]
        folder = self.misbehaving(deeds)
        finished = self.run_program("build", "--no-repair", "--format", "json", cwd=folder)
        self.assertEqual(finished.status, 1, finished)
        self.assertFalse((folder / "dist").exists())
        events = {event["name"][len("train-"):]: event for event in finished.json["events"]}
        self.assertEqual(set(events), set(deeds))
        for deed, ending in ENDINGS.items():
            told = events[deed]["differences"]
            self.assertFalse(events[deed]["match"], deed)
            self.assertRegex(told[0], "^ended with .* instead of an answer$", deed)
            self.assertIn(ending, told[0], deed)
            for other, its in ENDINGS.items():
                self.assertTrue(other == deed or its not in told[0], "%s looks like %s: %s" % (deed, other, told[0]))
        for deed in HARMLESS:
            self.assertTrue(events[deed]["match"], events[deed])
        self.assertFalse(events["binary-stderr"]["match"])
        self.assertIn("new on stderr: ", events["binary-stderr"]["differences"][0])
        text = self.run_program("build", "--no-repair", cwd=folder)
        self.assertEqual(text.status, 1)
        shown = " ".join(text.stdout.split())
        for ending in ENDINGS.values():
            self.assertIn(ending, shown)
        self.assert_no_leftovers(folder)

    def test_an_import_that_fails(self):
        folder = self.misbehaving(["raise"], handler="import greeting.unused\n" + HANDLER, drop=False)
        with open(folder / "lbundle.toml", "a") as project_file:
            project_file.write('\n[prune]\ndrop = ["greeting/unused*", "greeting/*/unused*"]\n')
        finished = self.run_program("build", "--no-repair", "--format", "json", cwd=folder)
        self.assertEqual(finished.status, 1, finished)
        (event,) = finished.json["events"]
        self.assertIn("ended with Runtime.ImportModuleError: Unable to import module 'handler': "
                      "No module named 'greeting.unused' instead of an answer", event["differences"])

    def test_unshrunk_it_ends_the_build(self):
        handler = "from deeds import do\nimport greeting\n\n\ndef handler(event, context):\n    return do(event['do'])\n"
        for deed, ending in ENDINGS.items():
            folder = self.misbehaving([deed], handler=handler, drop=False)
            finished = self.run_program("build", cwd=folder)
            own_words = {"memory": "it needs more than the 256 MB", "sleep": "no answer within 2 s"}
            expected = own_words.get(deed, ending)
            self.assert_refused(finished, 3, "event train-" + deed, "it fails on the unshrunk tree", expected)
            for path in folder.glob("events/*"):
                path.unlink()
        folder = self.misbehaving([*HARMLESS, "binary-stderr"], handler=handler, drop=False)
        finished = self.build(folder, "--format", "json")
        self.assertTrue(all(event["match"] for event in finished.json["events"]))

    def test_what_it_leaves_running_is_gone(self):
        folder = self.misbehaving(["daemon"], drop=False,
                                  handler="from deeds import do\n\n\ndef handler(event, context):\n    return do(event['do'])\n")
        self.build(folder)
        for entry in pathlib.Path("/proc").glob("[0-9]*/cwd"):
            try:
                self.assertNotIn(str(folder), os.readlink(entry))
            except OSError:
                pass


if __name__ == "__main__":
    support.main()
