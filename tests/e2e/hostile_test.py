"""Hostile input from tests/hostile: what must be said of each sample, and how much time and memory it may take."""
import os
import subprocess
import sys
import time

import support

sys.path.insert(0, str(support.SOURCE_FOLDER / "tests/hostile"))
import projects  # noqa: E402
import zips  # noqa: E402

MEGABYTE = 1 << 20
MOST_SECONDS = 5.0
MOST_MEMORY = 256 * MEGABYTE
# A machine with other work on it takes longer by the clock, so processor time is compared; a program that only waits is killed.
MOST_WAIT = 60
BUILT_WITH_SANITIZER = "sanitize" in os.path.dirname(os.path.abspath(support.PROGRAM))


class Bounded(support.Case):
    """Runs lbundle and measures it."""

    def bounded(self, *arguments, cwd=None):
        """Runs lbundle, and fails if it takes more time or memory than any input may."""
        command = [support.PROGRAM, *map(str, arguments)]
        with open(self.folder / "stdout", "wb") as output, open(self.folder / "stderr", "wb") as errors, \
                subprocess.Popen(command, cwd=cwd or self.folder, env=self.environment(), stdin=subprocess.DEVNULL,
                                 stdout=output, stderr=errors) as process:
            deadline = time.monotonic() + MOST_WAIT
            while True:
                pid, status, used = os.wait4(process.pid, os.WNOHANG)
                if pid:
                    process.returncode = os.waitstatus_to_exitcode(status)
                    break
                if time.monotonic() > deadline:
                    process.kill()
                    self.fail("no end within %d s: %s" % (MOST_WAIT, command))
                time.sleep(0.01)
        finished = support.Finished(process.returncode, (self.folder / "stdout").read_text(errors="replace"),
                                    (self.folder / "stderr").read_text(errors="replace"), 0)
        if not BUILT_WITH_SANITIZER:
            self.assertLess(used.ru_utime + used.ru_stime, MOST_SECONDS, finished)
            self.assertLess(used.ru_maxrss * 1024, MOST_MEMORY, finished)
        return finished


class Zips(Bounded):
    def judge(self, *arguments, cwd=None):
        for name, sample in zips.JUDGED.items():
            with self.subTest(name):
                content = sample.make()
                self.assertLess(len(content), MEGABYTE)
                (self.folder / "hostile.zip").write_bytes(content)
                finished = self.bounded(*arguments, cwd=cwd)
                self.assertEqual((finished.status, finished.stderr), (1, ""), finished)
                found = {finding["code"] for finding in finished.json["findings"]}
                self.assertLessEqual(set(sample.codes), found, finished)
                self.assertFalse(set(sample.absent) & found, finished)

    def test_check(self):
        self.judge("check", "hostile.zip", "--runtime", "python3.11", "--handler", "handler.handler", "--format", "json")

    def test_check_as_text(self):
        """No name of an entry moves the cursor of a terminal, and none fills the screen."""
        for name, sample in zips.JUDGED.items():
            with self.subTest(name):
                (self.folder / "hostile.zip").write_bytes(sample.make())
                finished = self.bounded("check", "hostile.zip", "--runtime", "python3.11", "--handler", "handler.handler")
                self.assertEqual(finished.status, 1, finished)
                self.assertNotIn("\x1b", finished.stdout)
                self.assertLess(len(finished.stdout), 100_000)

    def test_verify_refuses_before_anything_runs(self):
        folder = self.project()
        self.judge("verify", self.folder / "hostile.zip", "--format", "json", cwd=folder)
        self.assertFalse((folder / ".lbundle/staged").exists(), "nothing was staged")

    def test_a_layer_is_refused(self):
        """`check` unpacks the layers of the project."""
        folder = self.project(project_file=support.PROJECT_FILE + '[[layer]]\nzip = "layer.zip"\n')
        (self.folder / "good.zip").write_bytes(zips.GOOD)
        for name in ("a-name-with-20000-folders", "many-deep-names", "2000-lines-over-one-entry", "a-bomb",
                     "a-name-of-65535-bytes", "deep-names-with-a-common-beginning", "links-that-lead-through-each-other"):
            with self.subTest(name):
                (folder / "layer.zip").write_bytes(zips.JUDGED[name].make())
                finished = self.bounded("check", self.folder / "good.zip", cwd=folder)
                self.assertEqual(finished.status, 3, finished)
                self.assertRegex(finished.stderr, "lbundle: cannot (unpack|write) ")

    def test_what_is_no_zip(self):
        folder = self.project()
        for name, (content, *texts) in zips.NOT_ZIPS.items():
            (self.folder / "hostile.zip").write_bytes(content)
            for arguments in (("check", self.folder / "hostile.zip"), ("verify", self.folder / "hostile.zip")):
                with self.subTest(name, command=arguments[0]):
                    finished = self.bounded(*arguments, cwd=folder)
                    self.assert_refused(finished, 3, "cannot read '", "hostile.zip", *texts)


class Answers(support.Case):
    """A project with one hostile file ends with an answer: no signal, no bug of ours (70), no traceback of an embedded program."""

    def finish(self, folder, *arguments, statuses):
        finished = self.run_program(*arguments, cwd=folder, timeout=120)
        statuses = statuses if isinstance(statuses, tuple) else (statuses,)
        self.assertIn(finished.status, statuses, finished)
        self.assertNotIn("Traceback (most recent call last)", finished.stderr)
        self.assertNotIn("\x1b[2J", finished.stderr + finished.stdout)
        self.assertLess(len(finished.stderr), 200_000)
        if finished.status == 3:
            self.assertIn("lbundle: cannot ", finished.stderr)
        return finished


class Projects(Answers):
    def test_project_files(self):
        for name, sample in projects.PROJECT_FILES.items():
            with self.subTest(name):
                folder = self.project(name, more=sample.files)
                finished = self.finish(folder, *sample.command, statuses=sample.status)
                for text in sample.says:
                    self.assertIn(text, finished.stderr)

    def test_committed_logs(self):
        folder = self.project()
        self.build(folder)
        for name, (content, text) in projects.LOGS.items():
            with self.subTest(name):
                support.write_tree(folder, {"lbundle.access.jsonl": content})
                finished = self.finish(folder, "build", "--frozen", statuses=(2, 3))
                self.assertIn(text, finished.stderr)
                finished = self.finish(folder, "build", statuses=3)  # it may be worth restoring, so it is not overwritten
                self.assertIn("hint: restore it", finished.stderr)

    def test_baselines_and_manifests(self):
        folder = self.project(project_file=support.PROJECT_FILE + '[budget]\nzipped = "+1 %"\n')
        self.build(folder, "--update-baseline")
        manifest = folder / "dist/greeter.manifest.json"
        for name, content in projects.LOCK_FILES.items():
            with self.subTest(name):
                support.write_tree(folder, {"lbundle.baseline.json": content, "dist/greeter.manifest.json": content})
                self.finish(folder, "check", "dist/greeter.zip", statuses=(0, 2, 3))
                finished = self.finish(folder, "why", "handler.py", statuses=(2, 3))
                self.assertIn(manifest.name, finished.stderr)
                self.finish(folder, "diff", manifest, "dist/greeter.zip", statuses=(2, 3))
                (folder / "lbundle.baseline.json").unlink()
                self.finish(folder, "build", "--update-baseline", statuses=0)

    def test_requirements(self):
        for name, files in projects.REQUIREMENTS.items():
            with self.subTest(name):
                self.finish(self.project(name, more=files), "stage", statuses=(0, 2, 3))

    def test_wheels(self):
        outside = "/tmp/lbundle-hostile-escape"
        for name, content in projects.WHEELS.items():
            with self.subTest(name):
                folder = self.project(name, more={"wheels/greeting-1.0-py3-none-any.whl": content})
                finished = self.finish(folder, "build", statuses=(0, 1, 3))
                self.assertFalse(os.path.exists(outside), finished)

    def test_lock_files_of_npm(self):
        project_file = support.PROJECT_FILE.replace("python3.11", "nodejs22.x").replace("requirements.txt", "package-lock.json") \
            .replace("handler.py", "handler.js")
        for name, content in projects.LOCK_FILES.items():
            with self.subTest(name):
                folder = self.project(name, project_file=project_file,
                                      more={"package-lock.json": content, "package.json": content, "handler.js": "exports.handler = () => 1"})
                finished = self.finish(folder, "stage", statuses=(0, 2, 3))
                self.assertFalse(os.path.exists("/tmp/evil"), finished)
                if finished.status == 0:
                    # npm may install what the registry has under a name of the file, at its place.
                    staged = sorted(path.name for path in (folder / ".lbundle/staged").iterdir())
                    self.assertIn(staged, (["handler.js"], ["handler.js", "node_modules"]))


class Scripts(Answers):
    """JavaScript that only a reader meets, because no event loads it."""

    def environment(self, **changes):
        return self.environment_with_users_cache(**changes)

    def test_scripts(self):
        project_file = support.PROJECT_FILE.replace("python3.11", "nodejs22.x").replace('requirements = "requirements.txt"\n', "") \
            .replace('source = ["handler.py"]\n', 'source = ["*.js"]\n')
        folder = self.project(project_file=project_file, more={"handler.js": "exports.handler = async () => 1;\n"})
        (folder / "handler.py").unlink()
        support.write_tree(folder, {"%s.js" % name: content for name, content in projects.SCRIPTS.items()})
        self.finish(folder, "build", statuses=0)


if __name__ == "__main__":
    support.main()
