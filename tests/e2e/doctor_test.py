"""`lbundle doctor`, and what `lbundle build` asks before it installs anything.

Each mistake below would have been seen by an event too, after pip. So that a test can tell, pip cannot work in these projects: the
requirements name a package that no index has.
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile

import support
from support import SOURCE_FOLDER

SCHEMA = json.loads((SOURCE_FOLDER / "docs/formats/doctor.schema.json").read_text())
VALIDATOR = "fastjsonschema==2.20.0"
# pip says that it does not find this package, and says so only if it runs.
UNKNOWN_PACKAGE = "lbundle-no-such-package-anywhere"


def install_validator(folder):
    """Installs the validator from PyPI into `folder` and returns its module."""
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", "--root-user-action=ignore",
                    "--target", folder, VALIDATOR], check=True)
    sys.path.insert(0, str(folder))
    import fastjsonschema
    return fastjsonschema


class Doctored(support.Case):
    def path_without(self, *left_out):
        """Returns a PATH with the programs of /usr/bin and /bin except those."""
        programs = self.folder / "programs"
        programs.mkdir()
        for name in os.listdir("/usr/bin"):
            if name not in left_out:
                (programs / name).symlink_to("/usr/bin/" + name)
        return programs

    def checks(self, finished):
        return {check["name"]: check for check in finished.json["checks"]}


class Doctor(Doctored):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = tempfile.mkdtemp(prefix="lbundle-e2e-validator.")
        cls.addClassCleanup(shutil.rmtree, folder, ignore_errors=True)
        cls.validate = staticmethod(install_validator(folder).compile(SCHEMA))

    def doctor(self, *arguments, status=0, cwd=None, **environment):
        """Runs it, and holds its result against the schema."""
        finished = self.run_program("doctor", *arguments, "--format", "json", cwd=cwd or self.folder, **environment)
        self.assertEqual(finished.status, status, finished)
        self.validate(finished.json)
        self.assertEqual(finished.json["can_build"], status == 0)
        self.assertEqual(any(check["blocks"] for check in finished.json["checks"]), status != 0)
        return finished

    def test_the_golden_json_has_the_schema(self):
        self.validate(json.loads((SOURCE_FOLDER / "tests/golden/doctor/bad.json").read_text()))

    def test_without_a_project(self):
        finished = self.doctor()
        checks = self.checks(finished)
        self.assertIsNone(finished.json["project"])
        for runtime in (SOURCE_FOLDER / "rules/runtimes").glob("*.toml"):
            if not runtime.stem.startswith("provided"):
                self.assertIn(runtime.stem, checks)
        self.assertEqual(checks["Linux"]["state"], "ok")
        self.assertIn(os.uname().release, checks["Linux"]["found"])
        self.assertEqual(checks["python3.11"]["state"], "ok")
        self.assertIn("ok", {checks[method]["state"] for method in ("notify", "ptrace", "fanotify", "atime")})
        text = self.run_ok("doctor", cwd=self.folder).stdout
        self.assertTrue(text.endswith("a build can run here\n"), text)
        self.assertIn("✓ python3.11", text)

    def test_of_a_project(self):
        folder = self.project()
        finished = self.doctor(folder)
        checks = self.checks(finished)
        self.assertEqual(finished.json["project"], {"file": str(folder / "lbundle.toml"), "function": "greeter", "runtime": "python3.11"})
        self.assertNotIn("python3.12", checks)
        self.assertEqual(checks["events"]["found"], "2 events")
        self.assertEqual(checks["npm's registry"]["state"], "not needed")
        # The requirements say --no-index.
        self.assertEqual(checks["pip's index"]["state"], "not needed")

    def test_changes_nothing_in_the_project(self):
        folder = self.project()
        before = support.snapshot(folder)
        self.doctor(cwd=folder)
        self.assertEqual(support.snapshot(folder), before)

    def test_without_bubblewrap(self):
        checks = self.checks(self.doctor(status=3, PATH=self.path_without("bwrap", "podman", "docker")))
        self.assertTrue(checks["bubblewrap"]["blocks"])
        self.assertIn("bubblewrap is not installed", checks["bubblewrap"]["found"])
        self.assertIn("apt-get install bubblewrap", checks["bubblewrap"]["remedy"])
        # The tracer is tried all the same.
        self.assertEqual(checks["ptrace"]["state"], "ok")

    def test_without_a_network(self):
        folder = self.project(more={"requirements.txt": "greeting==1.0\n"})
        # No port 9 is open; the password is not printed.
        finished = self.doctor(status=3, cwd=folder, PIP_INDEX_URL="http://me:secret@127.0.0.1:9/simple", PIP_CONFIG_FILE="/dev/null")
        index = self.checks(finished)["pip's index"]
        self.assertTrue(index["blocks"])
        self.assertIn("http://127.0.0.1:9/simple", index["found"])
        self.assertNotIn("secret", finished.stdout)
        self.assertIn("PIP_INDEX_URL", index["remedy"])

    def test_the_index_of_the_requirements(self):
        folder = self.project(more={"requirements.txt": "--index-url http://127.0.0.1:9/own\ngreeting==1.0\n"})
        index = self.checks(self.doctor(status=3, cwd=folder))["pip's index"]
        self.assertIn("http://127.0.0.1:9/own", index["found"])

    def test_names_what_is_wrong_in_the_project(self):
        folder = self.project(handler="def handle(event, context):\n    return 1\n", more={"events/train-bad.json": "{"})
        checks = self.checks(self.doctor(status=3, cwd=folder))
        self.assertIn("cannot read 'events/train-bad.json': line 1, column 2: not valid JSON", checks["events"]["cost"])
        self.assertIn("handler.py defines no 'handler'", checks["handler"]["cost"])

    def test_a_wrong_project_file_does_not_hide_the_rest(self):
        folder = self.project(project_file="[function]\nnme = 1\n")
        checks = self.checks(self.doctor(status=3, cwd=folder))
        self.assertTrue(checks["project file"]["blocks"])
        self.assertEqual(checks["Linux"]["state"], "ok")

    def test_a_cache_that_cannot_be_written(self):
        (self.folder / "file").write_text("")
        checks = self.checks(self.doctor(status=3, LBUNDLE_CACHE=self.folder / "file/cache"))
        self.assertTrue(checks["cache"]["blocks"])

    def test_a_folder_that_is_not_there(self):
        self.assert_refused(self.run_program("doctor", "nowhere", cwd=self.folder), 2, "cannot examine 'nowhere'")


class Preflight(Doctored):
    """Each mistake ends a build before pip starts."""

    def refused(self, status, *texts, arguments=("build",), files=None, change=None, **environment):
        folder = self.project(more={"requirements.txt": "--no-index\n%s==1.0\n" % UNKNOWN_PACKAGE, **(files or {})})
        if change:
            change(folder)
        finished = self.run_program(*arguments, cwd=folder, **environment)
        self.assert_refused(finished, status, *texts)
        self.assertNotIn(UNKNOWN_PACKAGE, finished.stderr)
        self.assertFalse((folder / ".lbundle/staged").exists())
        return finished

    def test_pip_would_have_complained(self):
        folder = self.project(more={"requirements.txt": "--no-index\n%s==1.0\n" % UNKNOWN_PACKAGE})
        self.assertIn(UNKNOWN_PACKAGE, self.run_program("build", cwd=folder).stderr)

    def test_a_bad_event(self):
        for arguments in (("build",), ("trace",)):
            with self.subTest(arguments):
                shutil.rmtree(self.folder / "project", ignore_errors=True)
                finished = self.refused(3, "cannot read 'events/train-bad.json': line 2, column 12: not valid JSON", '    "n": "a",,\n',
                                        arguments=arguments, files={"events/train-bad.json": '{\n  "n": "a",,\n}'})
                self.assertIn("Lambda accepts only JSON", finished.stderr)

    def test_a_missing_module(self):
        for arguments in (("build",), ("stage",), ("trace",)):
            with self.subTest(arguments):
                shutil.rmtree(self.folder / "project", ignore_errors=True)
                self.refused(2, "cannot find 'handlr.handler': the function's own source has no module handlr.py",
                             "did you mean handler = \"handler.handler\"?", arguments=arguments,
                             files={"lbundle.toml": support.PROJECT_FILE.replace('"handler.handler"', '"handlr.handler"')})

    def test_a_missing_function(self):
        self.refused(2, "cannot find 'handler.handler': handler.py defines no 'handler'", "did you mean handler = \"handler.handle\"?",
                     files={"handler.py": "def handle(event, context):\n    return 1\n"})

    def test_a_mistake_in_the_source(self):
        self.refused(2, "handler.py': line 1, column", "the source is not valid for python3.11",
                     files={"handler.py": "type Words = list[str]\n\n\ndef handler(event, context):\n    return 1\n"})

    def test_without_bubblewrap(self):
        self.refused(3, "bubblewrap is not installed", PATH=self.path_without("bwrap", "podman", "docker"))

    def test_without_the_tracer(self):
        alone = self.folder / "alone"
        alone.mkdir()
        shutil.copy(support.PROGRAM, alone / "lbundle")
        program = support.PROGRAM
        self.addCleanup(setattr, support, "PROGRAM", program)
        support.PROGRAM = str(alone / "lbundle")
        self.refused(3, "cannot find 'lbundle-trace'")

    def test_a_tracer_that_does_not_run(self):
        alone = self.folder / "alone"
        alone.mkdir()
        shutil.copy(support.PROGRAM, alone / "lbundle")
        (alone / "lbundle-trace").write_text("#!/bin/sh\necho broken >&2\nexit 1\n")
        (alone / "lbundle-trace").chmod(0o755)
        self.addCleanup(setattr, support, "PROGRAM", support.PROGRAM)
        support.PROGRAM = str(alone / "lbundle")
        self.refused(3, "lbundle-trace': broken", "install lbundle again")

    def test_an_interpreter_that_may_not_be_fetched(self):
        # Debian has one Python 3; the version managers' folders are hidden.
        places = ("/usr/bin", "/usr/local/bin", "/var/lang/bin", "/opt/python")
        version = next(each for each in ("3.12", "3.10", "3.14") if not any(map(os.path.exists, (place + "/python" + each for place in places))))
        text = support.PROJECT_FILE.replace("python3.11", "python" + version) + '\n[stage]\ninterpreter = "find"\n'
        finished = self.refused(3, "cannot find 'python%s'" % version, "uv python install " + version, files={"lbundle.toml": text},
                                HOME=self.folder, PYENV_ROOT="", PATH="/usr/bin:/bin")
        known = subprocess.run(["apt-cache", "policy", "python" + version], capture_output=True, text=True).stdout
        self.assertEqual("apt-get install python" + version in finished.stderr, "Candidate: " in known, finished)


if __name__ == "__main__":
    support.main()
