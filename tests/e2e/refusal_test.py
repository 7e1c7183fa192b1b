"""What a build refuses or cannot do: the right exit status, a message that names the thing, the place and what to do, and an earlier
zip that stays unchanged."""
import os

import support

WRONG_USAGE = 2
COULD_NOT = 3
JUDGED_BAD = 1


class Refusal(support.Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        support.share_tools(cls.cache)

    def refused_build(self, folder, status, *texts, arguments=()):
        """Builds with an earlier zip, which must stay unchanged byte for byte."""
        support.write_tree(folder, {"dist/greeter.zip": "the earlier zip", "dist/greeter.manifest.json": "{}"})
        before = support.snapshot(folder, without=(".lbundle",))
        finished = self.run_program("build", *arguments, cwd=folder)
        self.assert_refused(finished, status, *texts)
        self.assertEqual(support.snapshot(folder, without=(".lbundle",)), before)
        self.assert_no_leftovers(folder)
        return finished

    def with_project_file(self, old, new):
        self.assertIn(old, support.PROJECT_FILE)
        return self.project(project_file=support.PROJECT_FILE.replace(old, new))

    # The project file.

    def test_no_project_file(self):
        finished = self.run_program("build", cwd=self.folder)
        self.assert_refused(finished, WRONG_USAGE, "lbundle.toml", "hint: ")

    def test_unknown_key(self):
        folder = self.with_project_file('handler = "', 'handlr = "')
        finished = self.refused_build(folder, WRONG_USAGE, "lbundle.toml:3:1", "handlr", 'did you mean')
        self.assertIn('handlr = "handler.handler"\n', finished.stderr, "the line itself")
        self.assertRegex(finished.stderr, r"(?m)^[ |0-9]*\^", "a caret below it")

    def test_unknown_table(self):
        folder = self.project(project_file=support.PROJECT_FILE + "\n[shrnk]\nstrip = true\n")
        self.refused_build(folder, WRONG_USAGE, "lbundle.toml:11:", "shrnk", "shrink")

    def test_wrong_type(self):
        folder = self.with_project_file('source = ["handler.py"]', 'source = 7')
        self.refused_build(folder, WRONG_USAGE, "lbundle.toml:5:", "source")

    def test_not_toml(self):
        folder = self.with_project_file('name = "greeter"', 'name = greeter')
        self.refused_build(folder, WRONG_USAGE, "lbundle.toml:2:")

    def test_unknown_runtime(self):
        folder = self.with_project_file("python3.11", "pyhton3.11")
        self.refused_build(folder, WRONG_USAGE, "lbundle.toml:4:", "pyhton3.11", "'python3.11'")

    def test_a_runtime_that_aws_no_longer_supports(self):
        folder = self.with_project_file("python3.11", "python3.8")
        self.refused_build(folder, WRONG_USAGE, "lbundle.toml:4:", "since 2024-10-14", "greeter must move to python3.14")

    def test_a_runtime_of_another_language(self):
        folder = self.with_project_file("python3.11", "java21")
        self.refused_build(folder, WRONG_USAGE, "lbundle.toml:4:", "does not bundle Java")

    def test_missing_source(self):
        folder = self.with_project_file('["handler.py"]', '["handler.py", "legend.json"]')
        self.refused_build(folder, WRONG_USAGE, "legend.json", "lbundle.toml:5:")

    def test_missing_requirements(self):
        folder = self.project()
        (folder / "requirements.txt").unlink()
        self.refused_build(folder, WRONG_USAGE, "requirements.txt", "lbundle.toml:6:")

    def test_no_event(self):
        folder = self.project()
        for event in (folder / "events").iterdir():
            event.unlink()
        self.refused_build(folder, WRONG_USAGE, "events/train-*.json", "lbundle.toml:")

    # The stages.

    def test_package_that_does_not_exist(self):
        folder = self.project()
        (folder / "requirements.txt").write_text("--no-index\n--find-links wheels\ngreeting==1.0\nno-such-thing==7\n")
        self.refused_build(folder, COULD_NOT, "no-such-thing", "hint: ")

    def test_source_distribution_alone(self):
        folder = self.project()
        (folder / "wheels/other-1.0.tar.gz").write_bytes(b"not looked into")
        (folder / "requirements.txt").write_text("--no-index\n--find-links wheels\nother==1.0\n")
        self.refused_build(folder, COULD_NOT, "other", "hint: ")

    def test_damaged_wheel(self):
        folder = self.project()
        wheel = next((folder / "wheels").glob("greeting*.whl"))
        wheel.write_bytes(wheel.read_bytes()[:200])
        finished = self.run_program("build", cwd=folder, LBUNDLE_CACHE=self.folder / "cache")
        self.assert_refused(finished, COULD_NOT, "greeting", "damaged", "hint: ")

    def test_event_that_raises(self):
        folder = self.project(events={"train-morning": {"n": 1}, "train-far": {"n": 99}})
        finished = self.refused_build(folder, COULD_NOT, "train-far", "IndexError: list index out of range",
                                      'File "/var/task/handler.py", line 5, in handler', "hint: ")
        self.assertNotIn("train-morning", finished.stderr)

    def test_handler_that_is_not_there(self):
        folder = self.with_project_file("handler.handler", "handler.handle")
        self.refused_build(folder, WRONG_USAGE, "handle", "hint: ")

    def test_module_that_cannot_be_imported(self):
        folder = self.project(handler="import not_there\n" + support.HANDLER)
        self.refused_build(folder, COULD_NOT, "No module named 'not_there'", "hint: ")

    def test_what_the_handler_logged_is_shown(self):
        folder = self.project(handler="import sys\n\n\ndef handler(event, context):\n"
                                      "    print('connecting to the database', file=sys.stderr)\n    sys.exit(4)\n")
        self.refused_build(folder, COULD_NOT, "connecting to the database", "hint: ")

    def test_handler_that_hangs(self):
        folder = self.project(project_file=support.PROJECT_FILE + "\n[sandbox]\ntimeout = 1\n",
                              handler="import time\n\n\ndef handler(event, context):\n    time.sleep(600)\n")
        finished = self.refused_build(folder, COULD_NOT, "train-", "within 1 s", "timeout", "hint: ")
        self.assertLess(finished.seconds, 60)

    def test_handler_that_hangs_with_children(self):
        folder = self.project(
            project_file=support.PROJECT_FILE + "\n[sandbox]\ntimeout = 1\n",
            handler="import subprocess, sys, time\n\n\ndef handler(event, context):\n"
                    "    subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'],\n"
                    "                     start_new_session=True)\n    time.sleep(600)\n")
        self.refused_build(folder, COULD_NOT, "within 1 s")

    def test_handler_killed_by_a_signal(self):
        folder = self.project(handler="import os\n\n\ndef handler(event, context):\n    os.kill(os.getpid(), 11)\n")
        self.refused_build(folder, COULD_NOT, "signal 11", "hint: ")

    # The disk.

    def test_full_disk_for_the_outputs(self):
        folder = self.project()
        with support.SmallDisk(self.folder / "small", "16k") as small:
            support.write_tree(small, {"greeter.zip": "the earlier zip"})
            before = support.snapshot(small)
            finished = self.run_program("build", "-o", small / "greeter.zip", cwd=folder)
            self.assert_refused(finished, COULD_NOT, str(small), "No space left on device", "hint: make room")
            self.assertEqual(support.snapshot(small), before)

    def test_full_disk_while_packing(self):
        with support.SmallDisk(self.folder / "small", "40k") as small:
            support.write_tree(self.folder / "tree", {"noise": os.urandom(100_000), "text": "x" * 1000})
            support.write_tree(small, {"out.zip": "the earlier zip"})
            before = support.snapshot(small)
            finished = self.run_program("pack", "tree", "-o", small / "out.zip", cwd=self.folder)
            self.assert_refused(finished, COULD_NOT, "out.zip", "No space left on device", "hint: make room")
            self.assertEqual(support.snapshot(small), before)

    def test_full_disk_for_the_workspace(self):
        folder = self.project(more={"more/big.txt": os.urandom(200_000).hex()},
                              project_file=support.PROJECT_FILE.replace('["handler.py"]', '["handler.py", "more/**"]'))
        with support.SmallDisk(folder / ".lbundle", "100k"):
            finished = self.run_program("build", cwd=folder)
            self.assert_refused(finished, COULD_NOT, ".lbundle", "No space left on device")
        self.assertFalse((folder / "dist").exists())

    def test_full_disk_for_the_cache(self):
        folder = self.project()
        with support.SmallDisk(self.folder / "small", "16k") as small:
            finished = self.run_program("build", cwd=folder, LBUNDLE_CACHE=small)
            # lbundle may build without caching, or fail because the bundle's content has no space. In both cases nothing is half done.
            self.assertIn(finished.status, (0, COULD_NOT), finished)
            if finished.status == COULD_NOT:
                self.assert_refused(finished, COULD_NOT, "No space left on device")
            self.assertEqual((folder / "dist/greeter.zip").exists(), finished.status == 0)

    def test_output_that_is_a_folder(self):
        folder = self.project()
        (self.folder / "taken").mkdir()
        finished = self.run_program("build", "-o", self.folder / "taken", cwd=folder)
        self.assert_refused(finished, COULD_NOT, "taken", "is a folder")

    # The judgement.

    def test_bundle_that_answers_otherwise_is_not_published(self):
        folder = self.project(handler="import greeting, os\n\n\ndef handler(event, context):\n"
                                      "    return {'there': os.path.exists('/var/task/greeting/unused.py')}\n")
        support.write_tree(folder, {"dist/greeter.zip": "the earlier zip"})
        # The event looks at this file, so lbundle would keep it; --drop drops it.
        finished = self.run_program("build", "--no-repair", "--drop", "greeting/unused.py", "--format", "json", cwd=folder)
        self.assertEqual(finished.status, JUDGED_BAD, finished)
        self.assertEqual({event["match"] for event in finished.json["events"]}, {False})
        self.assertIn("nothing was published", finished.stderr)
        self.assertEqual((folder / "dist/greeter.zip").read_text(), "the earlier zip")
        self.assertEqual(sorted(os.listdir(folder / "dist")), ["greeter.zip"])
        self.assertTrue((folder / finished.json["zip"]).is_file(), "the zip that failed is there for a look")
        text = self.run_program("build", "--no-repair", "--drop", "greeting/unused.py", cwd=folder).stdout
        self.assertIn("/there: false instead of true", text)

    def test_bundle_over_the_limit(self):
        folder = self.project(project_file=support.PROJECT_FILE.replace('["handler.py"]', '["handler.py", "noise"]')
                              + '\n[prune]\nkeep = ["noise"]\n', more={"noise": os.urandom(53_000_000)})
        finished = self.run_program("build", "--format", "json", cwd=folder)
        self.assertEqual(finished.status, JUDGED_BAD, finished)
        errors = [finding for finding in finished.json["findings"] if finding["severity"] == "error"]
        self.assertEqual(len(errors), 1, errors)
        self.assertNotEqual(errors[0]["hint"], "")
        self.assertFalse((folder / "dist").exists())


if __name__ == "__main__":
    support.main()
