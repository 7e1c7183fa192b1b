"""Answers of a warm process, files left in /tmp, answers that vary completely, and the cost of a cold start."""
import support

COUNTING = """import os
import greeting

HERE = os.path.dirname(os.path.abspath(__file__))
HIDDEN = "yp.desunu"  # backwards, so that no reading of the code finds it
count = 0


def handler(event, context):
    global count
    count += 1
    word = greeting.words()[event["n"]]
    if count > 1%s:
        word += " again"
    return {"word": word, "count": count, "id": context.aws_request_id}
"""


class Warm(support.Case):
    def result_of(self, folder, *arguments, status=0):
        finished = self.run_program("build", "--format", "json", *arguments, cwd=folder)
        self.assertEqual(finished.status, status, finished)
        self.assert_no_leftovers(folder)
        self.codes = [finding["code"] for finding in finished.json["findings"]]
        return finished.json

    def test_a_process_may_answer_otherwise_for_a_second_event(self):
        # Its count is the same on the unshrunk tree when warm, so this is no difference.
        report = self.result_of(self.project(handler=COUNTING % ""))
        self.assertTrue(all(event["match"] for event in report["events"]), report["events"])

    def test_a_bundle_that_fails_warm_alone(self):
        # The second event asks for something that a first event never asks for.
        handler = COUNTING % ' and not os.path.exists(os.path.join(HERE, "greeting", HIDDEN[::-1]))'
        for name, events in {"two": None, "one": {"train-only": {"n": 1}}}.items():
            folder = self.project(name, handler=handler, events=events)
            report = self.result_of(folder, "--no-repair", status=1)
            told = [line for event in report["events"] for line in event["differences"]]
            self.assertEqual(len(told), 1, told)
            self.assertRegex(told[0], '^in a warm process: /word: .* again.* instead of')
            self.assertFalse((folder / "dist").exists())
        zip_path = self.folder / "two/.lbundle/rejected/greeter.zip"
        verified = self.run_program("verify", zip_path, "--format", "json", cwd=self.folder / "two")
        self.assertEqual(verified.status, 1, verified)
        self.assertIn("in a warm process", verified.stdout)

    def test_a_bundle_that_fails_warm_alone_is_repaired(self):
        folder = self.project(handler=COUNTING % ' and not os.path.exists(os.path.join(HERE, "greeting", HIDDEN[::-1]))')
        report = self.result_of(folder)
        self.assertTrue(all(event["match"] for event in report["events"]), report["events"])
        repaired = [finding for finding in report["findings"] if finding["code"] == "repaired"]
        # First it was dropped, then only its bytecode was there.
        self.assertEqual({finding["path"] for finding in repaired}, {"greeting/unused.py"})
        self.assertIn("event train-twice in a warm process failed without it", repaired[0]["message"])
        self.assertIn('keep = ["greeting/unused.py"]', repaired[0]["hint"])
        self.assertIn('untouched = ["greeting/unused.py"]', repaired[1]["hint"])
        # The next build has it from the start.
        again = self.result_of(folder)
        self.assertEqual([finding for finding in again["findings"] if finding["code"] == "repaired"], repaired)

    def test_what_fails_warm_unshrunk_is_told(self):
        handler = "count = 0\n\n\ndef handler(event, context):\n    global count\n    count += 1\n    return 1 // (2 - count)\n"
        self.result_of(self.project(handler=handler))
        self.assertIn("warm-fails", self.codes)

    def test_files_left_in_tmp(self):
        handler = ("import os\nimport time\nimport greeting\n\nHERE = os.path.dirname(os.path.abspath(__file__))\n\n\n"
                   "def handler(event, context):\n"
                   "    whole = len(os.listdir(os.path.join(HERE, 'greeting'))) > 3\n"
                   "    os.makedirs('/tmp/deep', exist_ok=True)\n"
                   "    for name, text in {'deep/out': 'whole' if whole else 'part', 'time': str(time.time_ns())}.items():\n"
                   "        with open('/tmp/' + name, 'w') as file:\n"
                   "            file.write(text)\n"
                   "    return greeting.words()[0]\n")
        project_file = support.PROJECT_FILE
        report = self.result_of(self.project("plain", handler=handler, project_file=project_file), "--no-repair")
        self.assertTrue(all(event["match"] for event in report["events"]))
        asked = project_file + "compare_tmp = true\n\n[prune]\nloud = false\n"
        report = self.result_of(self.project("asked", handler=handler, project_file=asked), "--no-repair", status=1)
        for event in report["events"]:
            self.assertEqual(event["differences"], ["/tmp/deep/out: different content"], "what varies by itself is none")
        # The tracer sees the listing, so the build can repair the bundle.
        report = self.result_of(self.folder / "asked")
        self.assertIn("repaired", self.codes)

    def test_an_answer_of_which_nothing_is_compared(self):
        handler = "import time\n\n\ndef handler(event, context):\n    return {'time': time.time_ns()}\n"
        for name, compare, told in (("bytes", "bytes", True), ("json", "json", False)):
            folder = self.project(name, handler=handler, project_file=support.PROJECT_FILE + 'compare = "%s"\n' % compare)
            self.result_of(folder)
            self.assertEqual("answer-varies" in self.codes, told, name)
        whole = handler.replace("{'time': time.time_ns()}", "time.time_ns()")
        self.result_of(self.project("whole", handler=whole))
        self.assertIn("answer-varies", self.codes)


class ColdStart(support.Case):
    def test_it_is_measured_and_remembered(self):
        unused = {"other.py": "import time\ntime.sleep(0.2)\n\n\ndef never():\n    pass\n"}
        folder = self.project(handler="import other\n" + support.HANDLER, cold_starts=None)
        support.make_wheel(folder / "wheels", "other", "2.0", unused)
        with open(folder / "requirements.txt", "a") as requirements:
            requirements.write("other==2.0\n")
        first = self.build(folder, "--format", "json")
        start = first.json["cold_start"]
        self.assertEqual(start["processes"], 3)
        for side in ("staged", "bundle"):
            self.assertGreater(start[side]["import_seconds"], 0.2)
            self.assertGreater(start[side]["peak_memory"], 1 << 20)
            self.assertGreaterEqual(start[side]["files_opened"], 4)
        self.assertEqual(start["staged_seconds"], start["staged"]["import_seconds"])
        self.assertEqual(start["imports"][0]["name"], "other", "the slowest comes first")
        self.assertGreater(start["imports"][0]["seconds"], 0.15)
        self.assertEqual(start["unused"], ["other 2.0"], "greeting is used")
        self.assertTrue(first.json["client"])
        text = self.build(folder).stdout
        for words in ("3 processes each", "slowest imports: other", "other 2.0", "files opened"):
            self.assertIn(words, text)
        self.assertIn("other 2.0", (folder / "dist/greeter.report.html").read_text())
        again = self.build(folder, "--format", "json")
        self.assertEqual(again.json["cold_start"], start, "no two measurements agree")
        (folder / "lbundle.toml").write_text(support.PROJECT_FILE + "\n[sandbox]\ncold_starts = 0\n")
        self.assertNotIn("processes", self.build(folder, "--format", "json").json["cold_start"])


if __name__ == "__main__":
    support.main()
