"""The summary at the end of ci/test: failed tests with the lines that matter, tests that did not run, and the exit status."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

SUMMARY = pathlib.Path(__file__).resolve().parents[3] / "ci/summary"

UNITTEST_OUTPUT = """test_one (__main__.Build.test_one) ... ok
test_two (__main__.Build.test_two) ... FAIL

======================================================================
FAIL: test_two (__main__.Build.test_two)
----------------------------------------------------------------------
Traceback (most recent call last):
  File "build_test.py", line 7, in test_two
    self.assertEqual(finished.status, 0, finished)
AssertionError: 3 != 0 : exit status 3
lbundle: cannot find 'python3.12': no Python 3.12 is in PATH

----------------------------------------------------------------------
Ran 2 tests in 0.5s
"""

CASES = {
    "passed": '<testcase name="unit.model" time="0.5" status="run"/>',
    "failed": '<testcase name="e2e.build" time="61.5" status="fail"><failure message=""/><system-out>%s</system-out></testcase>'
              % UNITTEST_OUTPUT.replace("<", "&lt;"),
    "no_python": '<testcase name="interpreters.3.12" time="0.1" status="notrun"><skipped message="SKIP_RETURN_CODE=77"/>'
                 '<system-out>no Python 3.12 on this machine\n</system-out></testcase>',
    "python": '<testcase name="interpreters.3.13" time="30" status="run"/>',
}


def summary_of(*names, parts=()):
    with tempfile.NamedTemporaryFile("w", suffix=".xml") as file:
        file.write("<testsuite>%s</testsuite>" % "".join(CASES[name] for name in names))
        file.flush()
        options = [word for part in parts for word in ("--failed", part)]
        return subprocess.run([sys.executable, SUMMARY, *options, file.name], capture_output=True, text=True)


class Summary(unittest.TestCase):
    def test_all_is_well(self):
        done = summary_of("passed", "python")
        self.assertEqual(done.returncode, 0, done)
        self.assertEqual(done.stdout.splitlines()[-1], "2 passed, 0 failed, 0 skipped")
        self.assertIn("interpreters: 1 of 1 ran", done.stdout)
        self.assertIn("30.0 s  interpreters.3.13", done.stdout)

    def test_a_failure_is_shown_with_the_lines_that_matter(self):
        done = summary_of("passed", "failed")
        self.assertEqual(done.returncode, 1, done)
        self.assertIn("FAILED e2e.build (62 s)", done.stdout)
        self.assertIn("    lbundle: cannot find 'python3.12': no Python 3.12 is in PATH", done.stdout)
        self.assertNotIn("test_one", done.stdout)
        self.assertNotIn("Ran 2 tests", done.stdout)
        self.assertEqual(done.stdout.splitlines()[-1], "1 passed, 1 failed, 0 skipped")

    def test_a_part_that_failed_counts_without_a_test(self):
        done = summary_of("passed", parts=["form", "aarch64"])
        self.assertEqual(done.returncode, 1, done)
        self.assertIn("failed parts: form, aarch64", done.stdout)

    def test_an_interpreter_that_is_not_there_is_listed_with_the_reason(self):
        done = summary_of("passed", "python", "no_python")
        self.assertEqual(done.returncode, 0, done)
        self.assertIn("interpreters: 1 of 2 ran", done.stdout)
        self.assertIn("not run: interpreters.3.12: no Python 3.12 on this machine", done.stdout)
        self.assertEqual(done.stdout.splitlines()[-1], "2 passed, 0 failed, 1 skipped")

    def test_no_file_at_all_is_a_summary_too(self):
        done = subprocess.run([sys.executable, SUMMARY, "--failed", "tests"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 1, done)


if __name__ == "__main__":
    unittest.main(verbosity=2)
