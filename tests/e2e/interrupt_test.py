"""Ctrl-C during each stage: the signal ends the run. The earlier zip and the user's tree stay unchanged; no process is left."""
import os
import random
import signal
import subprocess
import threading
import time

import support

SLOW_HANDLER = """import time
import greeting


def handler(event, context):
    time.sleep(%s)
    return {"body": greeting.words()[event["n"]]}
"""


def noise(numbers):
    """Returns a megabyte of random letters, which takes long to pack at the level `max`."""
    return numbers.randbytes(1_000_000).translate(bytes(b"abcdefgh"[byte % 8] for byte in range(256)))


class Interrupt(support.Case):
    def interrupted(self, folder, mark, number=signal.SIGINT, wait=0.0, arguments=("build", "-v"), **environment):
        """Runs lbundle beside an earlier zip, sends the signal when `mark` appears in the log, and returns the output."""
        support.write_tree(folder, {"dist/greeter.zip": "the earlier zip"})
        before = support.snapshot(folder, without=support.WORKSPACE_AND_LOG)
        process = self.start(*arguments, cwd=folder, **environment)
        seen, said = threading.Event(), []

        def listen():
            for line in process.stderr:
                said.append(line)
                if mark in line:
                    seen.set()
            seen.set()

        listener = threading.Thread(target=listen)
        listener.start()
        self.assertTrue(seen.wait(120), "nothing was said of %r" % mark)
        self.assertIn(mark, "".join(said), "it ended before: %s" % "".join(said))
        time.sleep(wait)
        sent = time.monotonic()
        process.send_signal(number)
        status = process.wait(60)
        seconds = time.monotonic() - sent
        listener.join()
        result = process.stdout.read()
        process.stdout.close()
        process.stderr.close()
        self.assert_no_process_left()
        said = "".join(said)
        self.assertEqual(status, -number, said)
        self.assertIn("interrupted", said)
        self.assertEqual(result, "")
        self.assertLess(seconds, 20, "it did not stop where it was")
        self.assertEqual(support.snapshot(folder, without=support.WORKSPACE_AND_LOG), before)
        self.assert_log_is_whole(folder)
        self.assert_no_leftovers(folder)
        return said

    def builds_afterwards(self, folder, **environment):
        """The next build works, and makes the same bytes as a build that was never interrupted."""
        self.build(folder, **environment)
        one = support.digest(folder / "dist/greeter.zip")
        fresh = self.folder / "fresh"
        subprocess.run(["cp", "-a", folder, fresh], check=True)
        subprocess.run(["rm", "-rf", fresh / ".lbundle", fresh / "dist"], check=True)
        self.build(fresh, LBUNDLE_CACHE=self.folder / "fresh-cache")
        self.assertEqual(support.digest(fresh / "dist/greeter.zip"), one)

    def slow_project(self, seconds=30):
        return self.project(handler=SLOW_HANDLER % seconds, project_file=support.PROJECT_FILE)

    def test_while_pip_begins(self):
        folder = self.project()
        cache = self.folder / "cache"
        self.interrupted(folder, "pip installs", wait=0.2, LBUNDLE_CACHE=cache)
        self.builds_afterwards(folder, LBUNDLE_CACHE=cache)

    def test_while_pip_unpacks(self):
        folder = self.project()
        cache = self.folder / "cache"
        self.interrupted(folder, "pip installs", wait=0.6, LBUNDLE_CACHE=cache)
        self.builds_afterwards(folder, LBUNDLE_CACHE=cache)

    def test_while_events_are_traced(self):
        self.interrupted(self.slow_project(), "trace …", wait=1.0)

    def test_termination_is_an_interrupt_too(self):
        self.interrupted(self.slow_project(), "trace …", number=signal.SIGTERM, wait=0.5)

    def test_while_packing(self):
        # 24 MB in files that take long to pack, so that there is time for the signal.
        numbers = random.Random(7)
        letters = {"noise/%d.txt" % i: noise(numbers) for i in range(24)}
        folder = self.project(project_file=support.PROJECT_FILE.replace('["handler.py"]', '["handler.py", "noise/**"]')
                              + '\n[prune]\nkeep = ["noise/**"]\n', more=letters)
        self.interrupted(folder, "pack …", wait=0.3, arguments=("build", "-v", "--pack-level", "max"))

    def test_while_verifying(self):
        # The handler is fast on the unshrunk tree and slow on the bundle, where its source is missing.
        handler = ("import os\nimport time\nimport greeting\n\n\ndef handler(event, context):\n"
                   "    if not os.path.exists('/var/task/handler.py'):\n        time.sleep(30)\n"
                   "    return {'body': greeting.words()[event['n']]}\n")
        self.interrupted(self.project(handler=handler), "verify …", wait=0.5)

    def test_packing_alone(self):
        numbers = random.Random(7)
        support.write_tree(self.folder / "tree", {"%d" % i: noise(numbers)
                                                  for i in range(24)})
        support.write_tree(self.folder, {"out.zip": "the earlier zip"})
        before = support.snapshot(self.folder)
        process = self.start("pack", "tree", "-o", "out.zip", "--pack-level", "max", cwd=self.folder)
        time.sleep(1.5)
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=60)[1]
        self.assertEqual(process.returncode, -signal.SIGINT, said)
        self.assertEqual(support.snapshot(self.folder), before)

    def test_at_any_time(self):
        """Signals at random times: none of them may leave anything half done."""
        folder = self.project()
        cache = self.folder / "cache"
        numbers = random.Random(int(os.environ.get("LBUNDLE_TEST_SEED", "11")))
        for turn in range(12):
            with self.subTest(turn=turn):
                subprocess.run(["rm", "-rf", folder / ".lbundle", folder / "dist"], check=True)
                if turn % 3 == 0:
                    subprocess.run(["rm", "-rf", cache], check=True)
                support.write_tree(folder, {"dist/greeter.zip": "the earlier zip"})
                process = self.start("build", cwd=folder, LBUNDLE_CACHE=cache)
                time.sleep(numbers.uniform(0.0, 1.5))
                process.send_signal(signal.SIGINT)
                said = process.communicate(timeout=60)[1]
                self.assert_no_process_left()
                self.assertIn(process.returncode, (0, -signal.SIGINT), said)
                self.assert_no_leftovers(folder)
                published = (folder / "dist/greeter.zip").read_bytes() != b"the earlier zip"
                self.assertEqual(published, process.returncode == 0)
        self.builds_afterwards(folder, LBUNDLE_CACHE=cache)


if __name__ == "__main__":
    support.main()
