"""A handler that tries to get out of its sandbox, or to see who called lbundle, gets nothing.

The handler is tests/hostile/handlers/escape.py. It runs where root calls and where another user calls, in bubblewrap and in a container.
"""
import io
import json
import os
import pathlib
import shutil
import subprocess
import tarfile
import tempfile
import time
import zipfile

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
            home = self.home_of_user = pathlib.Path(tempfile.mkdtemp(prefix="lbundle-e2e-user."))
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
        self.assertEqual(set(state["descriptors"].values()) - {"pipe", "socket", "/dev/null", "/memfd"}, set(), state["descriptors"])


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


class Builds(SealedCase):
    """The command of [stage], whose sandbox is also that of sources that are built."""

    def report_of_build(self, user):
        # A function's handler runs on the staged tree, so it has to work.
        folder = self.project(handler="def handler(event, context):\n    return 1\n", events={"train-one": {}},
                              project_file=support.PROJECT_FILE.replace('source = ["handler.py"]\n', "") +
                              '\n[stage]\ncommand = "python3 escape.py"\noutputs = ["out/report.json"]\n',
                              more={"escape.py": (HANDLERS / "escape.py").read_text()})
        finished = self.build_as(user, folder, "--backend", "host", "--level", "none", "-o", "out.zip")
        self.assertEqual(finished.status, 0, finished)
        with zipfile.ZipFile(self.place_of(user, folder) / "out.zip") as archive:
            return json.loads(archive.read("out/report.json"))

    def place_of(self, user, folder):
        return self.home_of_user / "project" if user is not None else folder

    def assert_build_is_sealed(self, report):
        refused = {name: result for name, result in report["attempts"].items() if name.startswith(("write /proc/sys", "call key", "unshare"))}
        for name, result in refused.items():
            self.assertTrue(result.startswith("refused"), (name, result))
        self.assertEqual(report["attempts"]["socket vsock"], "refused: EAFNOSUPPORT")
        self.assertEqual(set(report["state"]["capabilities"].values()), {0})
        self.assertNotIn(CANARY, json.dumps(report))
        self.assertEqual({path: result.split(":")[0] for path, result in report["private"].items()},
                         dict.fromkeys(report["private"], "refused"))

    def test_root_calls(self):
        self.assert_build_is_sealed(self.report_of_build(None))

    def test_another_user_calls(self):
        self.assert_build_is_sealed(self.report_of_build(USER))


class Output(SealedCase):
    """What a function prints and answers is kept up to a bound, and its control characters never reach the terminal."""

    def test_a_function_that_prints_without_end(self):
        folder = self.hostile_project("loud.py", events={"train-one": {"print": 300}})
        process = self.start("trace", cwd=folder)
        stderr = process.stderr.read()
        process.stdout.close()
        process.stderr.close()
        _, status, usage = os.wait4(process.pid, 0)
        self.assertEqual(os.waitstatus_to_exitcode(status), 0, stderr)
        process.returncode = 0
        self.assertIn("bytes were left out", stderr)
        self.assertLess(usage.ru_maxrss, 150 * 1024, "KB")
        self.assert_no_process_left()

    def test_an_answer_that_is_longer_than_lambda_permits(self):
        folder = self.hostile_project("loud.py", events={"train-one": {"answer": 200_000_000}})
        refused = self.build_as(None, folder, "--backend", "host")
        self.assert_refused(refused, 3, "Response payload size", "exceeded maximum allowed payload size")

    def assert_harmless(self, text):
        self.assertNotRegex(text.replace("\n", ""), "[\x00-\x08\x0b-\x1f\x7f-\x9f]")

    def test_controls_of_an_error(self):
        folder = self.project(handler=(HANDLERS / "control.py").read_text(), events={"train-one": {"raise": True}})
        for options in ((), ("-v",)):
            refused = self.run_program("build", *options, cwd=folder)
            self.assert_refused(refused, 3, "raised \\x1b]0;owned")
            self.assert_harmless(refused.stderr)

    def test_controls_of_an_answer_and_a_log(self):
        folder = self.project(handler=(HANDLERS / "control.py").read_text(), events={"train-one": {}})
        for options in (("-v",), ("-v", "--format", "json")):
            changed = self.run_program("build", "--level", "trace", "--no-repair", *options, cwd=folder)
            self.assertEqual(changed.status, 1, changed)
            self.assertIn("owned", changed.stdout)
            self.assert_harmless(changed.stdout)
            self.assert_harmless(changed.stderr)


class InAContainer(SealedCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        support.container_image()

    def test_the_containers_sandbox(self):
        folder = self.hostile_project(more_settings='\n[stage]\nbackend = "container"\nimage = "%s"\n' % support.CONTAINER_IMAGE)
        # Engines show /sys, read-only, and how many keys the function's own user has.
        self.assert_sealed(self.report_of(self.build_as(None, folder)), permitted=("kernel's objects", "read /proc/key-users"))


# What a docker container forbids by default and podman permits: namespaces, without CAP_SYS_ADMIN.
NO_NAMESPACES = {"defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_AARCH64"], "syscalls": [
    {"names": ["unshare", "setns", "mount", "umount2", "pivot_root"], "action": "SCMP_ACT_ERRNO"},
    {"names": ["clone3"], "action": "SCMP_ACT_ERRNO", "errnoRet": 38},
    {"names": ["clone"], "action": "SCMP_ACT_ERRNO", "args": [{"index": 0, "value": 0x7E020000, "valueTwo": 0, "op": "SCMP_CMP_MASKED_EQ"}]},
    {"names": ["clone"], "action": "SCMP_ACT_ERRNO",
     "args": [{"index": 0, "value": 0x10000000, "valueTwo": 0x10000000, "op": "SCMP_CMP_MASKED_EQ"}]}]}
NO_NAMESPACES["syscalls"].pop(2)  # the last rule is enough: bubblewrap asks for a user namespace first
NAME_OF_IMAGE = "localhost/lbundle-test:ci"
# Folders of a system whose programs and libraries are this machine's.
FOLDERS = ("proc", "dev", "sys", "tmp", "run", "root", "home", "var/tmp", "usr", "etc", "opt", "place")


class InsideAContainer(SealedCase):
    """lbundle itself runs in an ordinary container, as CI services start them: no privileges, no flags for sandboxes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        archive = io.BytesIO()
        with tarfile.open(fileobj=archive, mode="w") as tar:
            for name in FOLDERS:
                entry = tarfile.TarInfo(name)
                entry.type, entry.mode = tarfile.DIRTYPE, 0o1777 if name.endswith("tmp") else 0o755
                tar.addfile(entry)
            for name in ("bin", "sbin", "lib", "lib64"):
                entry = tarfile.TarInfo(name)
                entry.type, entry.linkname = tarfile.SYMTYPE, "usr/" + name
                tar.addfile(entry)
        subprocess.run(["podman", "import", "-", NAME_OF_IMAGE], input=archive.getvalue(), check=True, capture_output=True)
        cls.addClassCleanup(subprocess.run, ["podman", "rmi", "--force", NAME_OF_IMAGE], capture_output=True)

    def build_inside(self, user, folder, *arguments, flags=()):
        support.seed_cache(self.folder / "cache")
        for name in ("cache", "home"):
            (self.folder / name).mkdir(exist_ok=True)
        subprocess.run(["chmod", "-R", "a+rwX", self.folder], check=True)
        if user:
            subprocess.run(["chown", "-R", "%d:%d" % (user, user), self.folder], check=True)
        programs = pathlib.Path(support.PROGRAM).resolve().parent
        command = ["podman", "--runtime", "runc", "run", "--rm", "--network", "none", "--ulimit", "nofile=1024:1024", "--ulimit",
                   "nproc=1000:1000", "--user", str(user), *flags, "-v", "/usr:/usr:ro", "-v", "/etc:/etc:ro",
                   "-v", "%s:/opt/programs:ro" % programs, "-v", "%s:/place" % self.folder, "-e", "LBUNDLE_CACHE=/place/cache",
                   "-e", "HOME=/place/home", "-e", "CI_TOKEN=" + CANARY, "-w", "/place/" + folder.name, NAME_OF_IMAGE,
                   "/opt/programs/" + pathlib.Path(support.PROGRAM).name, "build", "--backend", "host", *arguments]
        start = time.monotonic()
        process = subprocess.run(command, capture_output=True, text=True, errors="surrogateescape")
        return support.Finished(process.returncode, process.stdout, process.stderr, time.monotonic() - start)

    def for_both_users(self, check):
        for user in (0, USER):
            with self.subTest(user=user):
                check(user)

    def test_a_build(self):
        def check(user):
            finished = self.build_inside(user, self.project(name="project-%d" % user), "--format", "json")
            self.assertEqual(finished.status, 0, finished)
            self.assertEqual([event["match"] for event in finished.json["events"]], [True, True], finished)
            weaker = [finding for finding in finished.json["findings"] if finding["code"] == "sandbox-weaker"]
            self.assertTrue(any("unmask=ALL" in finding["hint"] for finding in weaker), weaker)
            self.assertNotIn("as root", json.dumps(weaker))

        self.for_both_users(check)

    def test_the_flag_that_the_warning_names(self):
        def check(user):
            folder = self.project(name="project-%d" % user)
            finished = self.build_inside(user, folder, "--format", "json",
                                         flags=("--security-opt", "unmask=ALL", "--security-opt", "seccomp=unconfined"))
            self.assertEqual(finished.status, 0, finished)
            self.assertNotIn("sandbox-weaker", [finding["code"] for finding in finished.json["findings"]])

        self.for_both_users(check)

    def test_it_is_sealed(self):
        def check(user):
            folder = self.hostile_project()
            report = self.report_of(self.build_inside(user, folder))
            self.assert_sealed(report)
            # Of the container's other processes nothing but their command lines is seen.
            first = report["processes"]["1"]
            self.assertEqual({first[name] for name in ("environ", "cwd", "root", "exe", "descriptors")}, {"refused: EACCES"}, first)
            shutil.rmtree(folder)

        self.for_both_users(check)

    def test_signals_stay_inside(self):
        handler = "import os\nimport signal\n\n\ndef handler(event, context):\n" \
                  "    try:\n        os.kill(1, signal.SIGTERM)\n    except PermissionError:\n        return 'refused'\n    return 'sent'\n"

        def check(user):
            folder = self.project(name="project-%d" % user, handler=handler, events={"train-one": {}})
            finished = self.build_inside(user, folder, "--format", "json")
            self.assertEqual(finished.status, 0, finished)

        self.for_both_users(check)

    def test_where_no_sandbox_works(self):
        profile = self.folder / "profile.json"
        profile.write_text(json.dumps(NO_NAMESPACES))

        def check(user):
            flags = ("--security-opt", "seccomp=%s" % profile)
            refused = self.build_inside(user, self.project(name="refused-%d" % user), flags=flags)
            self.assert_refused(refused, 3, "the sandbox", "seccomp=unconfined", "--sandbox none")
            self.assertNotIn("as root", refused.stderr)
            allowed = self.build_inside(user, self.project(name="allowed-%d" % user), "--sandbox", "none", "--format", "json",
                                        flags=flags)
            self.assertEqual(allowed.status, 0, allowed)
            self.assertEqual([event["match"] for event in allowed.json["events"]], [True, True], allowed)
            self.assertIn("without any sandbox", json.dumps(allowed.json["findings"]))

        self.for_both_users(check)

    def test_the_time_until_it_says_so(self):
        profile = self.folder / "profile.json"
        profile.write_text(json.dumps(NO_NAMESPACES))
        flags = ("--security-opt", "seccomp=%s" % profile, "--entrypoint", "/bin/sh")
        folder = self.project()
        command = "start=$(date +%s%N); /opt/programs/lbundle build --backend host >/dev/null 2>&1; " \
                  "echo $(( ($(date +%s%N) - start) / 1000000 ))"
        support.seed_cache(self.folder / "cache")
        programs = pathlib.Path(support.PROGRAM).resolve().parent
        done = subprocess.run(["podman", "--runtime", "runc", "run", "--rm", "--network", "none", "--ulimit", "nofile=1024:1024",
                               "--ulimit", "nproc=1000:1000", *flags, "-v", "/usr:/usr:ro", "-v", "/etc:/etc:ro",
                               "-v", "%s:/opt/programs:ro" % programs, "-v", "%s:/place" % self.folder,
                               "-e", "LBUNDLE_CACHE=/place/cache", "-e", "HOME=/tmp", "-w", "/place/" + folder.name,
                               NAME_OF_IMAGE, "-c", command], capture_output=True, text=True, check=True)
        self.assertLess(int(done.stdout), 1000)


if __name__ == "__main__":
    support.main()
