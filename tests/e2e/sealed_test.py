"""A handler that tries to get out of its sandbox, or to see who called lbundle, gets nothing.

The handler is tests/hostile/handlers/escape.py. It runs where root calls and where another user calls, in bubblewrap and in a container.
"""
import json
import os
import pathlib
import shutil
import subprocess
import tempfile

import support

HANDLERS = pathlib.Path(__file__).resolve().parents[1] / "hostile/handlers"
USER = 1000
CANARY = "the-callers-secret"

MAY_SUCCEED = {"socket inet", "socket unix"}  # what Lambda permits too


class SealedCase(support.Case):
    def hostile_project(self, handler="escape.py", more_settings="", events=None):
        project_file = support.PROJECT_FILE.replace('requirements = "requirements.txt"\n', "") + more_settings
        return self.project(handler=(HANDLERS / handler).read_text(), project_file=project_file, events=events or {"train-one": {}})

    def build_as(self, user, folder, *arguments, command=()):
        """Runs `lbundle build` as `user`, who owns the folder; None is the caller."""
        environment = self.environment(LBUNDLE_TEST_SECRET=CANARY, CODEBUILD_TOKEN=CANARY)
        program = [*command, support.PROGRAM, "build", *arguments]
        if user is not None and user != os.getuid():
            if os.getuid() != 0:
                support.skip("only root may become another user")
            # A home of the user's own, because the folders of this test are root's.
            home = pathlib.Path(tempfile.mkdtemp(prefix="lbundle-e2e-user."))
            self.addCleanup(shutil.rmtree, home, ignore_errors=True)
            support.seed_cache(home / "cache")
            shutil.copytree(folder, home / "project", symlinks=True)
            (home / "tmp").mkdir()
            subprocess.run(["chown", "-R", "%d:%d" % (user, user), home], check=True)
            environment.update(HOME=str(home), LBUNDLE_CACHE=str(home / "cache"), TMPDIR=str(home / "tmp"))
            folder = home / "project"
            program = ["setpriv", "--reuid", str(user), "--regid", str(user), "--clear-groups", *program]
        process = subprocess.run(program, cwd=folder, env=environment, capture_output=True, text=True, errors="surrogateescape",
                                 stdin=subprocess.DEVNULL)
        self.assert_no_process_left()
        return support.Finished(process.returncode, process.stdout, process.stderr, 0)

    def report_of(self, finished):
        self.assertEqual(finished.status, 3, finished)
        self.assertIn("<{", finished.stderr, finished)
        return json.loads(finished.stderr[finished.stderr.index("<{") + 1:finished.stderr.rindex("}>") + 1])

    def assert_sealed(self, report, permitted=()):
        succeeded = {name: result for name, result in report["attempts"].items()
                     if not result.startswith("refused: ") and result != "read 0" and name not in MAY_SUCCEED | set(permitted)}
        # Its own process's priority to be killed is nobody else's business.
        succeeded.pop("write /proc/1/oom_score_adj", None)
        self.assertEqual(succeeded, {})
        state = report["state"]
        self.assertEqual((state["uid"], state["gid"], state["no new privileges"], state["filter"]), (993, 990, "1", "2"))
        self.assertEqual(set(state["capabilities"].values()), {0}, state["capabilities"])
        self.assertNotIn(CANARY, json.dumps(report))
        for number, process in report["processes"].items():
            self.assertNotIn("LBUNDLE", process["environ"], number)
            self.assertNotIn(str(self.folder), json.dumps(process), number)
            self.assertNotRegex(json.dumps(process["descriptors"]), r'"/(?!dev/|proc|memfd|var/|"|run/lbundle)', number)
        self.assertEqual(set(state["descriptors"].values()) - {"pipe", "socket", "/dev/null"}, set(), state["descriptors"])


class Here(SealedCase):
    def test_root_calls(self):
        if os.getuid() != 0:
            support.skip("only root can be root")
        report = self.report_of(self.build_as(None, self.hostile_project(), "--backend", "host"))
        self.assert_sealed(report)
        # The function's user is no user of this machine: not root, and none with a name.
        ids = dict(zip(report["state"]["real ids"][0::3], report["state"]["real ids"][1::3]))
        self.assertGreater(int(ids["993"]), 100000)
        self.assertTrue(report["processes"]["1"]["environ"].startswith("refused"))
        self.assertEqual(report["state"]["groups"], [])

    def test_another_user_calls(self):
        report = self.report_of(self.build_as(USER, self.hostile_project(), "--backend", "host"))
        self.assert_sealed(report)
        self.assertEqual(report["processes"]["1"]["environ"], "")

    def test_root_calls_and_a_mount_is_writable(self):
        """The function then has root's own id, so that it can write there. The kernel's settings stay closed."""
        folder = self.hostile_project(more_settings='\n[[sandbox.mount]]\nsource = "out"\ntarget = "/mnt/out"\nwritable = true\n'
                                                    '\n[sandbox]\ncold_starts = 0\n')
        (folder / "out").mkdir()
        report = self.report_of(self.build_as(None, folder, "--backend", "host"))
        self.assert_sealed(report)

    def test_a_private_file_in_a_mount_stays_readable(self):
        support.write_tree(self.folder, {"handler/read.py": "def handler(event, context):\n    return open('/mnt/in/private').read()\n"})
        folder = self.project(handler=(self.folder / "handler/read.py").read_text(), events={"train-one": {}},
                              project_file=support.PROJECT_FILE + '\n[[sandbox.mount]]\nsource = "in"\ntarget = "/mnt/in"\n')
        support.write_tree(folder, {"in/private": "text"})
        os.chmod(folder / "in/private", 0o600)
        self.assertTrue(self.build(folder, "--backend", "host", "--format", "json").json["events"][0]["match"])

    def test_every_tracing_method_that_works_still_works(self):
        for method in ("auto", "notify", "ptrace"):
            folder = self.project(name=method, project_file=support.PROJECT_FILE + '\n[trace]\nmethod = "%s"\n' % method)
            finished = self.build(folder, "--backend", "host", "--format", "json")
            self.assertEqual([event["match"] for event in finished.json["events"]], [True, True], finished)


class InAContainer(SealedCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        support.container_image()

    def test_the_containers_sandbox(self):
        folder = self.hostile_project(more_settings='\n[stage]\nbackend = "container"\nimage = "%s"\n' % support.CONTAINER_IMAGE)
        # Engines show /sys, read-only, and how many keys the function's own user has.
        self.assert_sealed(self.report_of(self.build_as(None, folder)), permitted=("kernel's objects", "read /proc/key-users"))


if __name__ == "__main__":
    support.main()
