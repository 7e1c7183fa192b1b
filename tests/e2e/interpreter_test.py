"""A Python of the runtime's version on a machine that has none: from Debian's packages in a system root, or from uv's builds.

The tests hide this machine's interpreters that do not come from its distribution: PATH and HOME contain none. A root is made once, in
the user's cache, because it takes some hundred megabytes and half a minute.
"""
import hashlib
import http.server
import io
import json
import os
import pathlib
import platform
import shutil
import subprocess
import tarfile
import threading

import support

# Where programs of the distribution itself are, whatever HOME and PATH are.
PLACES = ("/usr/bin", "/usr/local/bin", "/var/lang/bin")


def hidden_version():
    """Returns the first version that the distribution itself does not have, with its release of Debian."""
    for version, release in (("3.13", "trixie"), ("3.11", "bookworm"), ("3.14", "forky")):
        if not any(os.path.exists(os.path.join(place, "python" + version)) for place in PLACES):
            return version, release
    raise AssertionError("no machine has all of them")


VERSION, RELEASE = hidden_version()

# Opens files, so that a trace contains more than imports; the constants and pickles need this version's own bytecode.
HANDLER = """import dataclasses
import json
import pathlib
import subprocess
import sys
import sysconfig

import greeting
import markupsafe
import speedup


@dataclasses.dataclass
class Answer:
    word: str
    safe: str
    sum: int


def handler(event, context):
    word = greeting.words()[event["n"]]
    table = pathlib.Path(__file__).with_name("table.json")
    answer = Answer(word, str(markupsafe.escape("<%s>" % word)), speedup.add(event["n"], json.loads(table.read_text())["more"]))
    native = markupsafe._escape_inner.__module__
    again = subprocess.run([sys.executable, "-I", "-c", "print(6 * 7)"], capture_output=True, text=True)
    return {"version": "%d.%d" % sys.version_info[:2], "answer": dataclasses.asdict(answer), "native": native,
            "again": again.stdout.strip(), "zlib": __import__("zlib").crc32(word.encode())}
"""

# A C extension that needs only the interpreter's headers and no other library.
SPEEDUP_SOURCE = """#include <Python.h>
static PyObject *add(PyObject *self, PyObject *arguments) {
  long a, b;
  if (!PyArg_ParseTuple(arguments, "ll", &a, &b)) return NULL;
  return PyLong_FromLong(a + b);
}
static PyMethodDef methods[] = {{"add", add, METH_VARARGS, ""}, {NULL, NULL, 0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "speedup", "", -1, methods};
PyMODINIT_FUNC PyInit_speedup(void) { return PyModule_Create(&module); }
"""
SPEEDUP_SETUP = """from setuptools import Extension, setup
setup(name="speedup", version="1.0", ext_modules=[Extension("speedup", ["speedup.c"])])
"""
SPEEDUP_PROJECT = "[build-system]\nrequires = [\"setuptools\"]\nbuild-backend = \"setuptools.build_meta\"\n"

PROJECT_FILE = """[function]
name = "everywhere"
handler = "handler.handler"
runtime = "python%s"
source = ["handler.py", "table.json"]
requirements = "requirements.txt"

[stage]
backend = "host"
%s

[[event]]
files = "events/train-*.json"
"""


def make_sdist(folder):
    """Makes speedup-1.0.tar.gz, a C extension that has only sources."""
    folder.mkdir(parents=True, exist_ok=True)
    with tarfile.open(folder / "speedup-1.0.tar.gz", "w:gz") as archive:
        for name, text in {"setup.py": SPEEDUP_SETUP, "speedup.c": SPEEDUP_SOURCE, "pyproject.toml": SPEEDUP_PROJECT,
                           "PKG-INFO": "Metadata-Version: 2.1\nName: speedup\nVersion: 1.0\n"}.items():
            entry = tarfile.TarInfo("speedup-1.0/" + name)
            entry.size = len(text)
            archive.addfile(entry, io.BytesIO(text.encode()))


def write_project(folder, version, stage=""):
    """Makes a handler with a pure wheel, a compiled wheel from PyPI, and an extension that lbundle must compile."""
    support.make_wheel(folder / "wheels", "greeting", "1.0", support.GREETING)
    make_sdist(folder / "wheels")
    support.write_tree(folder, {
        "lbundle.toml": PROJECT_FILE % (version, stage),
        "handler.py": HANDLER,
        "table.json": '{"more": 40}\n',
        "requirements.txt": "--find-links wheels\ngreeting==1.0\nspeedup==1.0\nmarkupsafe==3.0.3\n",
        "events/train-one.json": '{"n": 1}',
        "events/train-two.json": '{"n": 2}',
    })
    return folder


class Hidden(support.Case):
    """Runs lbundle where it can find only the distribution's own interpreters."""

    def environment(self, **changes):
        environment = self.environment_with_users_cache(**changes)
        # The roots stay after this test, in the user's cache.
        environment.setdefault("LBUNDLE_CACHE", str(pathlib.Path(os.environ.get("XDG_CACHE_HOME") or
                                                                 pathlib.Path.home() / ".cache") / "lbundle"))
        home = self.folder / "home"
        home.mkdir(exist_ok=True)
        environment.pop("PYENV_ROOT", None)
        environment.update({"HOME": str(home), "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"})
        environment.update({key: str(value) for key, value in changes.items()})
        return environment

    def setUp(self):
        super().setUp()
        for program in ("mmdebstrap", "bwrap"):
            if shutil.which(program, path="/usr/bin:/bin") is None:
                support.skip("%s is not installed" % program)


    def programs_without_mmdebstrap(self):
        """Makes a folder for PATH with the programs that lbundle runs on this machine."""
        programs = self.folder / "programs"
        programs.mkdir()
        for name in ("apt-cache", "apt-get", "bwrap", "python3", "true"):
            if shutil.which(name, path="/usr/bin:/bin"):
                (programs / name).symlink_to(shutil.which(name, path="/usr/bin:/bin"))
        return programs


def finding(report, code):
    return [each for each in report["findings"] if each["code"] == code]


class DebianRoot(Hidden):
    # uv reaches no server: this name is reserved and never resolves (RFC 2606).
    NO_UV = {"UV_PYTHON_INSTALL_MIRROR": "http://uv.invalid", "NO_PROXY": "*", "no_proxy": "*"}

    def environment(self, **changes):
        return super().environment(**{**self.NO_UV, **changes})

    def test_a_build_from_nothing(self):
        folder = write_project(self.folder / "project", VERSION)
        finished = self.build(folder, "--format", "json")
        report = finished.json
        self.assertTrue(all(event["match"] for event in report["events"]), finished)
        note, = finding(report, "interpreter-fetched")
        self.assertRegex(note["message"], r"%s\.\d+ of Debian %s" % (VERSION, RELEASE))
        self.assertIn("Debian " + RELEASE, finished.stderr)

        # The paths show that events were traced in the root's system.
        log = (folder / "lbundle.access.jsonl").read_text()
        self.assertIn("table.json", log)
        self.assertIn("greeting/table.txt", log)
        staged = folder / ".lbundle/staged"
        library, = staged.glob("speedup*.so")
        self.assertIn("cpython-" + VERSION.replace(".", ""), library.name)
        # The compiled code is for the runtime's glibc, whatever glibc the root has.
        self.assertEqual([each for each in report["findings"] if each["severity"] == "error"], [], finished)

        # Nothing is run again, and nothing is made again.
        zip_before = support.digest(folder / "dist/everywhere.zip")
        again = self.build(folder, "--format", "json", "-v")
        for text in ("unpacked", "pip", "on the bundle"):
            self.assertNotIn(text, again.stderr)
        self.assertIn("as before", again.stderr)
        self.assertEqual(support.digest(folder / "dist/everywhere.zip"), zip_before)
        self.assertEqual(finding(again.json, "interpreter-fetched"), [note])

    def test_find_forbids_it(self):
        folder = write_project(self.folder / "project", VERSION, 'interpreter = "find"')
        finished = self.run_program("build", cwd=folder)
        self.assert_refused(finished, 3, "cannot find 'python%s'" % VERSION, "uv python install " + VERSION,
                            'interpreter = "fetch"')
        self.assertNotIn("fetched", finished.stderr.replace('interpreter = "fetch"', ""))

    def test_what_was_tried_is_told(self):
        # No root yet in an empty cache, and a PATH without mmdebstrap.
        programs = self.programs_without_mmdebstrap()
        folder = write_project(self.folder / "project", VERSION)
        finished = self.run_program("build", cwd=folder, LBUNDLE_CACHE=self.cache, PATH=programs)
        self.assert_refused(finished, 3, "cannot find 'python%s'" % VERSION, "uv python install %s: " % VERSION,
                            "mmdebstrap, Debian %s: " % RELEASE, "mmdebstrap is not installed")

    def test_a_frozen_build_for_another_processor(self):
        if platform.machine() == "aarch64":
            support.skip("the other processor is this one's")
        folder = self.project(project_file=support.PROJECT_FILE.replace("python3.11", "python" + VERSION))
        self.build(folder)
        text = (folder / "lbundle.toml").read_text()
        (folder / "lbundle.toml").write_text(text.replace("[function]\n", '[function]\narchitecture = "arm64"\n'))
        report = self.build(folder, "--frozen", "--format", "json").json
        self.assertEqual(len(finding(report, "interpreter-fetched")), 1)


# Represents the interpreter of an archive: starts the real one with the libraries beside it, not this machine's. All of it
# is below the standard library, which the sandbox of events shows.
LAUNCHER = r"""
#include <stdio.h>
#include <string.h>
#include <unistd.h>
int main(int count, char **words) {
  char own[4096], libraries[4200], loader[4300], program[4300], *all[count + 8];
  ssize_t size = readlink("/proc/self/exe", own, sizeof own - 1);
  if (size < 0) return 126;
  own[size] = 0;
  char folder[4096];
  strcpy(folder, own);
  *strrchr(folder, '/') = 0;
  *strrchr(folder, '/') = 0;
  snprintf(libraries, sizeof libraries, "%s/lib/pythonVERSION/_system", folder);
  snprintf(loader, sizeof loader, "%s/LOADER", libraries);
  snprintf(program, sizeof program, "%s/python", libraries);
  char *first[] = {loader, "--library-path", libraries, "--argv0", own, program};
  memcpy(all, first, sizeof first);
  for (int i = 1; i < count; ++i) all[5 + i] = words[i];
  all[5 + count] = NULL;
  execv(loader, all);
  return 127;
}
"""


class Quiet(http.server.SimpleHTTPRequestHandler):
    asked = []

    def do_GET(self):
        Quiet.asked.append(self.path)
        super().do_GET()

    def log_message(self, *_):
        pass


class Standalone(Hidden):
    """uv gets an interpreter from a mirror on loopback: that of the Debian root, with everything it needs beside it."""

    def setUp(self):
        super().setUp()
        Quiet.asked = []
        self.served = self.folder / "served"
        self.served.mkdir()
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), lambda *words: Quiet(*words, directory=self.served))
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.url = "http://127.0.0.1:%d/" % server.server_port

    def environment(self, **changes):
        # A cache without a root, because lbundle prefers what it has already fetched.
        changes = {"LBUNDLE_CACHE": self.folder / "cache", "UV_PYTHON_DOWNLOADS_JSON_URL": self.served / "downloads.json",
                   **changes}
        return super().environment(NO_PROXY="127.0.0.1", no_proxy="127.0.0.1", **changes)

    def root(self):
        """Returns the Debian root in the user's cache, and makes it if it is missing."""
        users = Hidden.environment(self)
        roots = pathlib.Path(users["LBUNDLE_CACHE"]) / "interpreters"
        before = sorted(roots.glob("debian-%s-*/system" % VERSION), key=lambda path: path.stat().st_mtime)
        if not before:
            project = self.project("for-the-root", support.PROJECT_FILE.replace("python3.11", "python" + VERSION))
            self.run_ok("stage", cwd=project, **{**DebianRoot.NO_UV, "LBUNDLE_CACHE": users["LBUNDLE_CACHE"],
                                                 "UV_PYTHON_DOWNLOADS_JSON_URL": ""})
            before = sorted(roots.glob("debian-%s-*/system" % VERSION))
        return before[-1]

    def make_archive(self):
        """Makes python/ as in the install_only archives of python-build-standalone; returns the interpreter's version."""
        root = self.root()
        tree = self.folder / "python"
        library = tree / "lib" / ("python" + VERSION)
        shutil.copytree(root / "usr/lib" / ("python" + VERSION), library, symlinks=True,
                        ignore=shutil.ignore_patterns("__pycache__", "sitecustomize.py"))
        packages = tree / "lib/python3/dist-packages"
        shutil.copytree(root / "usr/lib/python3/dist-packages/pip", packages / "pip",
                        ignore=shutil.ignore_patterns("__pycache__"))
        system = library / "_system"
        system.mkdir()
        multiarch, = (root / "usr/lib").glob("*-linux-gnu")
        for file in multiarch.glob("*.so*"):
            if file.is_file():
                shutil.copy(file.resolve(), system / file.name)
        loader, = {each.name for each in system.glob("ld-linux-*")}
        shutil.copy(root / "usr/bin" / ("python" + VERSION), system / "python")
        (tree / "bin").mkdir()
        source = self.folder / "launcher.c"
        source.write_text(LAUNCHER.replace("VERSION", VERSION).replace("LOADER", loader))
        launcher = tree / "bin" / ("python" + VERSION)
        subprocess.run(["gcc", "-static", "-O1", "-o", launcher, source], check=True)
        with tarfile.open(self.served / "python.tar.gz", "w:gz", compresslevel=1) as archive:
            archive.add(tree, "python")
        asked = subprocess.run([launcher, "-I", "-c", "import sys, ssl; print('%d.%d.%d' % sys.version_info[:3])"],
                               capture_output=True, text=True)
        self.assertEqual(asked.returncode, 0, asked.stderr)
        return asked.stdout.strip()

    def write_downloads(self, version, code):
        """Makes uv's list of downloads with one entry. uv reads the list from a file, and gets the entry from the server."""
        major, minor, patch = map(int, version.split("."))
        machine = platform.machine()
        key = "cpython-%s-linux-%s-gnu" % (version, machine)
        entry = {"name": "cpython", "arch": {"family": machine, "variant": None}, "os": "linux", "libc": "gnu", "major": major,
                 "minor": minor, "patch": patch, "prerelease": "", "url": self.url + "python.tar.gz", "sha256": code,
                 "variant": None, "build": "20260101"}
        (self.served / "downloads.json").write_text(json.dumps({key: entry}))

    def test_a_build_with_what_uv_fetched(self):
        version = self.make_archive()
        self.write_downloads(version, support.digest(self.served / "python.tar.gz"))
        handler = support.HANDLER.replace("import greeting", "import sys\n\nimport greeting").replace(
            '"statusCode"', '"version": "%d.%d.%d" % sys.version_info[:3], "statusCode"')
        folder = self.project(project_file=support.PROJECT_FILE.replace("python3.11", "python" + VERSION), handler=handler)
        finished = self.build(folder, "--format", "json")
        report = finished.json
        note, = finding(report, "interpreter-fetched")
        self.assertIn("%s of python-build-standalone, by uv==" % version, note["message"], finished)
        self.assertTrue(all(event["match"] for event in report["events"]))
        self.assertIn("/python.tar.gz", Quiet.asked)

        # It is only in the cache, under its final name, and lbundle uses it again without asking a server.
        entry, = (self.folder / "cache/interpreters").iterdir()
        self.assertTrue(entry.name.startswith("uv-%s-" % VERSION), entry)
        self.assertEqual(list((self.folder / "home").iterdir()), [])
        Quiet.asked.clear()
        again = self.build(folder, "-v")
        self.assertEqual(Quiet.asked, [])
        self.assertNotIn("uv is asked", again.stderr)
        self.assertIn("as before", again.stderr)

    def test_a_damaged_archive_is_refused(self):
        (self.served / "python.tar.gz").write_bytes(b"not what was promised")
        self.write_downloads(VERSION + ".5", hashlib.sha256(b"promised").hexdigest())
        folder = write_project(self.folder / "project", VERSION)
        finished = self.run_program("build", cwd=folder, PATH=self.programs_without_mmdebstrap())
        self.assert_refused(finished, 3, "cannot find 'python%s'" % VERSION, "uv python install %s: " % VERSION,
                            "mmdebstrap is not installed")
        self.assertIn("/python.tar.gz", Quiet.asked)
        self.assertEqual(list((self.folder / "cache/interpreters").glob("uv-*")), [])


if __name__ == "__main__":
    support.main()
