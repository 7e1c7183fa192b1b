"""Makes small handler projects, and runs lbundle on them as a user does.

Everything is made here and works without a network: a package is a wheel of pure Python, found by `--find-links`.
"""
import base64
import ctypes
import functools
import hashlib
import io
import json
import os
import pathlib
import re
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
import unittest
import zipfile

PROGRAM = os.environ.get("LBUNDLE", "lbundle")
SOURCE_FOLDER = pathlib.Path(__file__).resolve().parents[2]

# What the first build on any machine fetches and installs: e2e.seed writes it, once for each run of ctest. It is beside the program.
SEED = pathlib.Path(os.environ.get("LBUNDLE_TEST_SEED_CACHE") or pathlib.Path(PROGRAM).resolve().parent / "test-seed")

STAGES = ["stage", "trace", "prune", "dedupe", "strip", "bytecode", "pack", "check", "verify"]

PR_SET_CHILD_SUBREAPER = 36


def skip(reason):
    """Skips the test. If LBUNDLE_TEST_NO_SKIP says that all tests must run, the test fails instead."""
    if os.environ.get("LBUNDLE_TEST_NO_SKIP") == "1":
        raise AssertionError("this test must not be skipped here: " + reason)
    raise unittest.SkipTest(reason)


CONTAINER_IMAGE = "localhost/lbundle-test:python3.11"


def container_image(runtime="python3.11"):
    """Returns the name of the image that ci/container/make-test-image makes; skips the test if it cannot be made."""
    if os.getuid() != 0:
        skip("the image is made, and kept, by root's podman")
    image = "localhost/lbundle-test:" + runtime
    made = subprocess.run([SOURCE_FOLDER / "ci/container/make-test-image", image, runtime], capture_output=True, text=True)
    if made.returncode != 0:
        skip("no image: " + made.stderr.strip()[-500:])
    return image


# An interpreter runs this: it prints its minor version and its real path.
INTERPRETER_QUESTION = "import os, sys; print('%d.%d' % sys.version_info[:2]); print(os.path.realpath(sys.executable))"


def found_interpreters():
    """Returns this machine's CPython interpreters by minor version, {"3.12": path}: those in PATH and in the usual places."""
    home = pathlib.Path.home()
    places = [pathlib.Path(folder) for folder in os.environ.get("PATH", "").split(os.pathsep) if folder]
    places += map(pathlib.Path, ("/usr/bin", "/usr/local/bin", "/var/lang/bin"))
    places += sorted(pathlib.Path(os.environ.get("PYENV_ROOT", home / ".pyenv")).glob("versions/*/bin"))
    places += sorted((home / ".local/share/uv/python").glob("cpython-*/bin"))
    places += sorted(pathlib.Path("/opt/python").glob("cp*[0-9]/bin"))
    found = {}
    for place in places:
        for program in sorted(place.glob("python3*")):
            if not re.fullmatch(r"python3(\.[0-9]+)?", program.name) or not os.access(program, os.X_OK):
                continue
            try:
                asked = subprocess.run([program, "-I", "-S", "-c", INTERPRETER_QUESTION], capture_output=True, text=True,
                                       timeout=20)
            except (OSError, subprocess.TimeoutExpired):
                continue
            lines = asked.stdout.split("\n")
            # A version manager's shim may start another version, or none.
            if asked.returncode == 0 and len(lines) >= 2:
                found.setdefault(lines[0], lines[1])
    return found


def write_tree(folder, files):
    """Writes {path: text or bytes} below `folder`."""
    for name, content in files.items():
        path = pathlib.Path(folder) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


def layer(files):
    """Returns the bytes of a layer's zip with {path: text or bytes}; everyone may read the files, as Lambda's user must."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, data)
    return content.getvalue()


# Files and folders that lbundle may write beside a project file.
OUTPUTS = (".lbundle", "dist", "lbundle.access.jsonl")
WORKSPACE_AND_LOG = (".lbundle", "lbundle.access.jsonl")


def snapshot(folder, without=()):
    """Returns path -> (kind and mode, modification time, bytes or link text) for everything below `folder`, except the given names."""
    seen = {}
    for where, folders, files in os.walk(folder):
        def is_asked(name):
            return os.path.relpath(os.path.join(where, name), folder) not in without

        folders[:] = filter(is_asked, folders)
        for name in folders + list(filter(is_asked, files)):
            path = os.path.join(where, name)
            status = os.lstat(path)
            if stat.S_ISLNK(status.st_mode):
                content = os.readlink(path)
            elif stat.S_ISREG(status.st_mode):
                content = pathlib.Path(path).read_bytes()
            else:
                content = None
            # A folder's time changes when dist/ is made in it.
            time_of = None if stat.S_ISDIR(status.st_mode) else status.st_mtime_ns
            seen[os.path.relpath(path, folder)] = (status.st_mode, time_of, content)
    return seen


def digest(path):
    return hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()


def make_wheel(folder, name, version, files, tag="py3-none-any", metadata=""):
    """Makes a wheel as PEP 427 describes it, with `metadata` as more lines of METADATA.

    The same files make the same bytes, so that lbundle installs them once for a cache.
    """
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    dist_info = "%s-%s.dist-info" % (name, version)
    content = dict(files)
    content[dist_info + "/METADATA"] = "Metadata-Version: 2.1\nName: %s\nVersion: %s\n%s" % (name, version, metadata)
    content[dist_info + "/WHEEL"] = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: %s\n" % tag
    rows = []
    for path, text in content.items():
        data = text if isinstance(text, bytes) else text.encode()
        code = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        rows.append("%s,sha256=%s,%d" % (path, code, len(data)))
    content[dist_info + "/RECORD"] = "\n".join(rows + [dist_info + "/RECORD,,"]) + "\n"
    with zipfile.ZipFile(folder / ("%s-%s-%s.whl" % (name, version, tag)), "w") as wheel:
        for path, text in content.items():
            entry = zipfile.ZipInfo(path)  # of 1980, not of now
            entry.external_attr = 0o600 << 16
            wheel.writestr(entry, text)


GREETING = {
    "greeting/__init__.py": "from greeting.words import words\n",
    "greeting/words.py": "import os\n\n\ndef words():\n"
                         "    folder = os.path.dirname(__file__)\n"
                         "    with open(os.path.join(folder, 'table.txt')) as table:\n"
                         "        return table.read().split()\n",
    "greeting/unused.py": "# Never imported.\nVALUE = %r\n" % ("x" * 5000),
    "greeting/table.txt": "good morning world\n",
}

HANDLER = """import greeting


def handler(event, context):
    word = greeting.words()[event["n"]]
    return {"statusCode": 200, "body": word * event.get("times", 1)}
"""

PROJECT_FILE = """[function]
name = "greeter"
handler = "handler.handler"
runtime = "python3.11"
source = ["handler.py"]
requirements = "requirements.txt"

[[event]]
files = "events/train-*.json"
"""


def link_or_copy(source, target):
    """Makes `target` the same file as `source`, because an entry of a cache is never changed; on another file system, a copy."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def seed_cache(cache, kinds=("clients", "wheels")):
    """Puts AWS's client and the wheels of `Case.project` into a new cache, as if a build of another project had fetched them."""
    for kind in kinds:
        if (SEED / kind).is_dir() and not (pathlib.Path(cache) / kind).exists():
            shutil.copytree(SEED / kind, pathlib.Path(cache) / kind, copy_function=link_or_copy)


def users_cache():
    """Returns the folder of the user's own cache, which keeps tools and large packages from one test to the next."""
    return pathlib.Path(os.environ.get("LBUNDLE_CACHE") or os.path.expanduser("~/.cache/lbundle"))


def share_tools(cache):
    """Lets a new cache use the tools of the user's cache (compilers, npm), which are hundreds of megabytes, and what zig compiled."""
    for kind in ("tools", "zig"):
        shared = users_cache() / kind
        shared.mkdir(parents=True, exist_ok=True)
        (pathlib.Path(cache) / kind).symlink_to(shared)


class Finished:
    """The result of a run of lbundle."""

    def __init__(self, status, stdout, stderr, seconds):
        self.status = status  # negative if a signal ended it
        self.stdout = stdout
        self.stderr = stderr
        self.seconds = seconds

    @property
    def json(self):
        try:
            return json.loads(self.stdout)
        except ValueError:
            raise AssertionError("no JSON on stdout: %s" % self) from None

    def __str__(self):
        return "exit status %s\n--- stdout\n%s\n--- stderr\n%s" % (self.status, self.shown_stdout(), self.stderr)

    def shown_stdout(self):
        """Returns the parts of a JSON report that say why it failed, because a log cuts off the rest; other output is returned whole."""
        try:
            report = json.loads(self.stdout)
        except ValueError:
            return self.stdout
        if not isinstance(report, dict) or "findings" not in report:
            return self.stdout
        wrong = [event for event in report.get("events", []) if not event.get("match", True)]
        return json.dumps({"findings": report["findings"], "events": wrong}, indent=1, ensure_ascii=False)


class Case(unittest.TestCase):
    """Gives each test its own folder, and all tests of a class one cache."""

    maxDiff = 4000

    @classmethod
    def setUpClass(cls):
        # A process that a run leaves behind becomes our child, so we find it whatever its environment is.
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        cls.cache = tempfile.mkdtemp(prefix="lbundle-e2e-cache.")
        cls.addClassCleanup(shutil.rmtree, cls.cache, ignore_errors=True)
        seed_cache(cls.cache)

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="lbundle-e2e."))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.temporary = pathlib.Path(tempfile.mkdtemp(prefix="lbundle-e2e-tmp."))
        self.addCleanup(shutil.rmtree, self.temporary, ignore_errors=True)

    # Projects.

    def project(self, name="project", project_file=PROJECT_FILE, handler=HANDLER, events=None, more=None, cold_starts=0):
        """Makes a handler that uses one package; returns its folder.

        The cold start is measured with `cold_starts` processes: none, because few tests are about it. None leaves lbundle's default.
        """
        if cold_starts is not None and "sandbox" not in project_file:
            project_file += "\n[sandbox]\ncold_starts = %d\n" % cold_starts
        folder = self.folder / name
        make_wheel(folder / "wheels", "greeting", "1.0", GREETING)
        write_tree(folder, {
            "lbundle.toml": project_file,
            "handler.py": handler,
            "requirements.txt": "--no-index\n--find-links wheels\ngreeting==1.0\n",
        })
        events = {"train-morning": {"n": 1}, "train-twice": {"n": 2, "times": 2}} if events is None else events
        write_tree(folder, {"events/%s.json" % event: json.dumps(value) for event, value in events.items()})
        write_tree(folder, more or {})
        return folder

    # Runs.

    def environment(self, **changes):
        environment = {key: value for key, value in os.environ.items() if not key.startswith("LBUNDLE")}
        environment["LBUNDLE_CACHE"] = self.cache
        environment["TMPDIR"] = str(self.temporary)
        environment.update({key: str(value) for key, value in changes.items()})
        return environment

    def environment_with_users_cache(self, **changes):
        """Runs projects with hundreds of megabytes of packages with the user's cache, which has them after the first run."""
        environment = Case.environment(self, **changes)
        environment.pop("LBUNDLE_CACHE")
        if "LBUNDLE_CACHE" in os.environ:
            environment["LBUNDLE_CACHE"] = os.environ["LBUNDLE_CACHE"]
        return environment

    def start(self, *arguments, cwd, **environment):
        return subprocess.Popen([PROGRAM, *map(str, arguments)], cwd=cwd, env=self.environment(**environment),
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                errors="surrogateescape")

    def run_program(self, *arguments, cwd, timeout=300, **environment):
        start = time.monotonic()
        process = self.start(*arguments, cwd=cwd, **environment)
        stdout, stderr = process.communicate(timeout=timeout)
        finished = Finished(process.returncode, stdout, stderr, time.monotonic() - start)
        self.assert_no_process_left()
        return finished

    def run_ok(self, *arguments, cwd, **environment):
        finished = self.run_program(*arguments, cwd=cwd, **environment)
        self.assertEqual(finished.status, 0, finished)
        return finished

    def build(self, folder, *arguments, **environment):
        return self.run_ok("build", *arguments, cwd=folder, **environment)

    # Assertions.

    def assert_no_process_left(self):
        """Asserts that no process of a run is alive: each would be a child of this process by now."""
        deadline = time.monotonic() + 5
        while True:
            try:
                while os.waitpid(-1, os.WNOHANG)[0] != 0:
                    pass
            except ChildProcessError:
                return
            if time.monotonic() > deadline:
                break
            time.sleep(0.05)
        left = []
        for entry in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                if int(fields[1]) == os.getpid():
                    left.append((entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace"))
                    os.kill(int(entry.name), signal.SIGKILL)
            except (OSError, IndexError):
                pass
        self.fail("processes were left behind: %s" % left)

    def assert_refused(self, finished, status, *texts):
        """Asserts that it ended with `status` and one message in lbundle's form that contains each of `texts`, without a stack trace."""
        self.assertEqual(finished.status, status, finished)
        self.assertRegex(finished.stderr, r"(?m)^lbundle: cannot ", finished)
        for text in texts:
            self.assertIn(text, finished.stderr, finished)
        self.assertEqual(finished.stdout, "", "a result was printed all the same")

    def assert_golden(self, name, text):
        """Asserts that `text` is that of the file tests/golden/NAME; with LBUNDLE_UPDATE_GOLDEN, writes the file first."""
        path = SOURCE_FOLDER / "tests/golden" / name
        if os.environ.get("LBUNDLE_UPDATE_GOLDEN"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        self.assertTrue(path.exists(), "%s is missing" % path)
        self.assertEqual(text, path.read_text(), "differs from %s" % path)

    def assert_untouched(self, folder, before):
        """Asserts that only outputs changed; `before` is a snapshot of the folder without them."""
        self.assertEqual(snapshot(folder, without=OUTPUTS), before)

    def assert_log_is_whole(self, folder):
        """Asserts that the committed log is absent or complete; a finished trace stays known, whatever happens after it."""
        log = folder / "lbundle.access.jsonl"
        if log.exists():
            text = log.read_text()
            self.assertTrue(text.endswith("\n"), "it was cut")
            for line in text.splitlines():
                json.loads(line)

    def assert_no_leftovers(self, folder):
        """Asserts that no temporary file is in the outputs' folder, the workspace or the machine's temporary folder."""
        names = [path for part in ("dist", ".lbundle") for path in (folder / part).rglob("*")
                 if "staged" not in path.relative_to(folder / part).parts]
        temporary = [str(path) for path in names if path.name.startswith(".") or "candidate" in path.name
                     or path.parent.name == "scratch"]
        self.assertEqual(temporary + os.listdir(self.temporary), [])


class SmallDisk:
    """Mounts a file system of `size` that is removed at the end; only root may mount one."""

    def __init__(self, folder, size):
        self.folder = pathlib.Path(folder)
        self.size = size

    def __enter__(self):
        if os.getuid() != 0:
            skip("only root may mount a small filesystem")
        self.folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=" + self.size, "tmpfs", self.folder], check=True)
        return self.folder

    def __exit__(self, *_):
        subprocess.run(["umount", "-l", self.folder], check=True)


def select(suite, without):
    """Returns the tests of `suite`, in order, except those of the classes and methods in `without` ("Build", "Build.test_sizes")."""
    kept = unittest.TestSuite()
    for each in suite:
        if isinstance(each, unittest.TestSuite):
            kept.addTest(select(each, without))
        else:
            _, owner, method = each.id().rsplit(".", 2)
            if owner not in without and owner + "." + method not in without:
                kept.addTest(each)
    return kept


def main():
    """Runs the tests of the file, or those of some classes and methods, except others: FILE [NAME...] [--without NAME...]

    A NAME is a class or a CLASS.METHOD.
    """
    if "--without" not in sys.argv:
        unittest.main(verbosity=2, argv=[sys.argv[0], *sys.argv[1:]])
        return
    at = sys.argv.index("--without")
    names, left_out = sys.argv[1:at], sys.argv[at + 1:]
    file = sys.modules["__main__"]
    for name in left_out:
        # Fails if there is no such name, because its tests would run twice.
        functools.reduce(getattr, name.split("."), file)
    loader = unittest.defaultTestLoader
    tests = loader.loadTestsFromNames(names, file) if names else loader.loadTestsFromModule(file)
    ended = unittest.TextTestRunner(verbosity=2).run(select(tests, set(left_out)))
    sys.exit(not ended.wasSuccessful())
