"""System libraries that the runtime lacks. Staging adds them: compiled, copied from the machine, from packages, or from an image."""
import http.server
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import threading
import unittest
import zipfile

import provided_test
import support

WRONG_USAGE = 2
COULD_NOT = 3
PROGRAM_FILE = """[function]
name = "lookup"
handler = "lookup"
runtime = "provided.al2023"

[[event]]
files = "events/train-*.json"
"""
# The program of provided_test, which also answers with the version of expat.
PROGRAM = provided_test.BOOTSTRAP.replace("void shout(char *text);", "const char *XML_ExpatVersion(void);").replace(
    "shout(line);", 'strcat(line, " by "); strcat(line, XML_ExpatVersion());')
EXPAT = "libexpat.so.1"
EXPAT_STAND_IN = 'const char *XML_ExpatVersion(void) { return "of the test"; }\n'


PYTHON_FILE = """[function]
name = "lookup"
handler = "handler.handler"
runtime = "python3.11"
source = ["handler.py"]
requirements = "requirements.txt"

[sandbox]
cold_starts = 0

[[event]]
files = "events/train-*.json"
"""
MAGIC_MODULE = """import ctypes

library = ctypes.CDLL("libmagic.so.1")
library.magic_open.restype = ctypes.c_void_p
library.magic_load.argtypes = [ctypes.c_void_p, ctypes.c_char_p]
library.magic_buffer.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t]
library.magic_buffer.restype = ctypes.c_char_p
MIME_TYPE = 0x10
cookie = library.magic_open(MIME_TYPE)
if library.magic_load(cookie, None) != 0:
    raise OSError("libmagic finds no table")


def mime(data):
    return library.magic_buffer(cookie, data, len(data)).decode()
"""
MAGIC_HANDLER = """import magic


def handler(event, context):
    return {"body": magic.mime(bytes.fromhex(event["head"]))}
"""
MACHINE_AARCH64 = 183
DNF_IMAGE = "localhost/lbundle-test:python3.11-dnf"
COMPILED = "compiled from file_5.46.orig.tar.gz by ziglang"


class SystemLibraryCase(support.Case):
    shared = None  # the cache of all classes, because each would compile the same libraries

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if SystemLibraryCase.shared is None:
            SystemLibraryCase.shared = tempfile.mkdtemp(prefix="lbundle-e2e-cache.")
            unittest.addModuleCleanup(shutil.rmtree, SystemLibraryCase.shared, ignore_errors=True)
            support.seed_cache(SystemLibraryCase.shared)
            support.share_tools(SystemLibraryCase.shared)
        cls.cache = SystemLibraryCase.shared

    def compile(self, folder, source, *arguments):
        subprocess.run(["gcc", "-O1", "-x", "c", "-", "-x", "none", *map(str, arguments)], input=source, text=True, check=True,
                       cwd=folder)

    def stand_in(self, soname, source):
        """Makes a library to link against; it is never part of a project."""
        folder = self.folder / "stand-in"
        folder.mkdir(exist_ok=True)
        self.compile(folder, source, "-shared", "-fPIC", "-o", soname, "-Wl,-soname," + soname)
        return folder / soname

    def program(self, name="project", stage="", project_file=PROGRAM_FILE):
        folder = self.folder / name
        support.write_tree(folder, {"lbundle.toml": project_file + stage, "data/a.txt": "one\ntwo\nthree\n",
                                    "events/train-one.json": '{"n": 2}'})
        self.compile(folder, PROGRAM, "-o", "bootstrap", self.stand_in(EXPAT, EXPAT_STAND_IN))
        return folder

    def magic_project(self, name="project", stage="", handler=None):
        """Makes a Python function whose package opens libmagic.so.1 by name, as python-magic does."""
        folder = self.folder / name
        support.make_wheel(folder / "wheels", "python_magic", "0.4", {"magic.py": MAGIC_MODULE})
        support.write_tree(folder, {
            "lbundle.toml": PYTHON_FILE + stage, "handler.py": handler or MAGIC_HANDLER,
            "requirements.txt": "--no-index\n--find-links wheels\npython-magic==0.4\n",
            "events/train-png.json": json.dumps({"head": "89504e470d0a1a0a0000000d49484452000000010000000108020000"})})
        return folder

    def needy_project(self, soname, source, call, name="project", stage="", code=None):
        """Makes a Python function with a wheel whose native library needs `soname` and calls its function `call`."""
        folder = self.folder / name
        made = self.folder / ("made-" + name)
        made.mkdir()
        self.compile(made, code or "int %s(void);\nint ask(void) { return %s(); }\n" % (call, call), "-shared", "-fPIC", "-o",
                     "_needy.so", "-Wl,--no-as-needed", self.stand_in(soname, source))
        support.make_wheel(folder / "wheels", "needy", "1.5", {
            "needy/__init__.py": "import ctypes\nimport os\n\n"
                                 "ask = ctypes.CDLL(os.path.join(os.path.dirname(__file__), '_needy.so')).ask\n",
            "needy/_needy.so": (made / "_needy.so").read_bytes()}, tag="cp311-cp311-manylinux2014_x86_64")
        support.write_tree(folder, {
            "lbundle.toml": PYTHON_FILE + stage,
            "handler.py": "import needy\n\n\ndef handler(event, context):\n    return {'body': needy.ask()}\n",
            "requirements.txt": "--no-index\n--find-links wheels\nneedy==1.5\n", "events/train-one.json": "{}"})
        return folder

    def findings(self, finished, code):
        return [finding for finding in finished.json["findings"] if finding["code"] == code]

    def note(self, finished):
        notes = self.findings(finished, "system-library")
        self.assertEqual(len(notes), 1, finished)
        return notes[0]

    def in_zip(self, folder, name="lookup"):
        with zipfile.ZipFile(folder / "dist" / (name + ".zip")) as bundle:
            return {entry: bundle.read(entry) for entry in bundle.namelist()}


class Needed(SystemLibraryCase):
    def test_expat_comes_along(self):
        folder = self.program()
        finished = self.build(folder, "--format", "json")
        note = self.note(finished)
        self.assertEqual((note["severity"], note["path"]), ("note", "lib/libexpat.so.1"))
        for text in ("expat 2.", "SHA-256", "bootstrap", "provided.al2023 lacks it"):
            self.assertIn(text, note["message"])
        files = self.in_zip(folder)
        self.assertIn("lib/libexpat.so.1", files)
        self.assertIn(b"Permission is hereby granted", files["lib/licenses/expat.txt"])
        packages = {row["name"]: row for row in finished.json["packages"]}
        self.assertGreater(packages["expat"]["unzipped"], 100_000, packages)
        again = self.build(folder, "--format", "json")
        self.assertEqual(self.note(again), note)


    def test_nothing_is_done_again(self):
        folder = self.program()
        self.run_ok("stage", cwd=folder)
        staged = folder / ".lbundle/staged/lib/libexpat.so.1"
        before = staged.stat().st_ino
        self.run_ok("stage", cwd=folder)
        self.assertEqual(staged.stat().st_ino, before)

    def test_a_copy_of_the_functions_own_takes_its_place(self):
        folder = self.program()
        self.run_ok("stage", cwd=folder)
        (folder / "lib").mkdir()
        shutil.copy(self.stand_in(EXPAT, EXPAT_STAND_IN), folder / "lib" / EXPAT)
        finished = self.run_ok("stage", "--format", "json", cwd=folder)
        self.assertEqual(self.findings(finished, "system-library"), [])
        self.assertEqual((folder / ".lbundle/staged/lib" / EXPAT).read_bytes(), (folder / "lib" / EXPAT).read_bytes())
        (folder / "lib" / EXPAT).unlink()
        self.note(self.run_ok("stage", "--format", "json", cwd=folder))
        self.assertTrue((folder / ".lbundle/staged/lib/licenses/expat.txt").exists())

    def test_a_need_of_a_wheel(self):
        folder = self.needy_project("libmagic.so.1", "int magic_version(void) { return 1; }", "magic_version")
        finished = self.build(folder, "--format", "json")
        self.assertIn("needy 1.5 (needy/_needy.so)", self.note(finished)["message"])
        files = self.in_zip(folder)
        self.assertIn("lib/libmagic.so.1", files)
        self.assertIn("lib/magic.mgc", files, "its table goes where it goes")

    def test_what_no_event_uses_is_dropped_with_its_licence(self):
        folder = self.needy_project("libmagic.so.1", "int magic_version(void) { return 1; }", "magic_version")
        support.write_tree(folder, {"handler.py": "def handler(event, context):\n    return {'body': 1}\n"})
        finished = self.build(folder, "--format", "json")
        self.assertEqual(self.findings(finished, "system-library"), [], "it is not in the bundle")
        self.assertEqual([name for name in self.in_zip(folder) if name.startswith("lib/")], [])


class Origins(SystemLibraryCase):
    def test_compiled_with_its_table(self):
        folder = self.magic_project()
        finished = self.build(folder, "--format", "json")
        self.assertIn(COMPILED, self.note(finished)["message"])
        self.assertIn("python-magic 0.4", self.note(finished)["message"])
        self.assertEqual([event["match"] for event in finished.json["events"]], [True])
        self.assertIn("lib/licenses/magic.txt", self.in_zip(folder))

    def test_an_empty_cache_gives_the_same_bytes(self):
        empty = self.folder / "empty-cache-with-a-longer-name"
        # Only the compiler is shared, and not what it has compiled.
        empty.mkdir()
        (empty / "tools").symlink_to(pathlib.Path(self.cache) / "tools")
        digests = set()
        for name, cache in (("one", self.cache), ("two-with-a-longer-name", empty)):
            folder = self.magic_project(name=name)
            self.build(folder, LBUNDLE_CACHE=cache)
            digests.add(support.digest(folder / "dist/lookup.zip"))
        self.assertEqual(len(digests), 1)
        self.assertTrue(list((empty / "system-libraries").iterdir()), "it was not compiled again")

    def test_a_damaged_cache_is_mended(self):
        folder = self.magic_project()
        cache = self.folder / "cache"
        cache.mkdir()
        if (pathlib.Path(self.cache) / "tools").exists():
            (cache / "tools").symlink_to(pathlib.Path(self.cache) / "tools")
        self.run_ok("stage", cwd=folder, LBUNDLE_CACHE=cache)
        whole = (folder / ".lbundle/staged/lib/libmagic.so.1").read_bytes()
        for name, damage in (("libmagic.so.1", lambda path: path.write_bytes(whole[:4096])), ("magic.mgc", pathlib.Path.unlink)):
            for path in (cache / "system-libraries").rglob(name):
                damage(path)
            shutil.rmtree(folder / ".lbundle")
            finished = self.run_ok("stage", "--format", "json", cwd=folder, LBUNDLE_CACHE=cache)
            self.assertIn(COMPILED, self.note(finished)["message"])
            self.assertEqual((folder / ".lbundle/staged/lib/libmagic.so.1").read_bytes(), whole)
            self.assertTrue((folder / ".lbundle/staged/lib/magic.mgc").exists())

    def test_this_machines_copy(self):
        # Every Debian has it, and it needs only a few functions of glibc.
        folder = self.program(stage='\n[stage]\nsystem_libraries = ["expat", "uuid"]\n')
        finished = self.build(folder, "--format", "json")
        notes = {note["path"]: note["message"] for note in self.findings(finished, "system-library")}
        self.assertEqual(set(notes), {"lib/libexpat.so.1", "lib/libuuid.so.1"}, finished)
        self.assertIn("copied from this machine's package libuuid1", notes["lib/libuuid.so.1"])
        here = next(path for path in (pathlib.Path(folder) / "libuuid.so.1" for folder in
                                      ("/usr/lib/x86_64-linux-gnu", "/lib/x86_64-linux-gnu")) if path.exists())
        self.assertIn(support.digest(here), notes["lib/libuuid.so.1"])
        files = self.in_zip(folder)
        self.assertIn("lib/libuuid.so.1", files, "the project file names it, so it stays without evidence")
        self.assertIn(b"Copyright", files["lib/licenses/uuid.txt"])

    def test_a_package_of_this_machines_archive(self):
        listed = subprocess.run(["/sbin/ldconfig", "-p"], capture_output=True, text=True).stdout
        candidates = [("pcre", "libpcre.so.3", "libpcre3"), ("graphite2", "libgraphite2.so.3", "libgraphite2-3"),
                      ("datrie", "libdatrie.so.1", "libdatrie1"), ("fribidi", "libfribidi.so.0", "libfribidi0")]
        absent = [candidate for candidate in candidates if candidate[1] + " " not in listed]
        if not absent:
            support.skip("this machine has all libraries that could be fetched")
        recipe, soname, package = absent[0]
        folder = self.program(stage='\n[stage]\nsystem_libraries = ["expat", "%s"]\n' % recipe)
        finished = self.build(folder, "--format", "json")
        notes = {note["path"]: note["message"] for note in self.findings(finished, "system-library")}
        self.assertIn("from the package %s of this machine's archive" % package, notes["lib/" + soname])
        self.assertIn("lib/licenses/%s.txt" % recipe, self.in_zip(folder))
        known = subprocess.run(["dpkg-query", "-W", "-f", "${Status}", package], capture_output=True, text=True).stdout
        self.assertNotIn("install ok installed", known, "it was installed")

    def test_for_the_other_processor(self):
        folder = self.magic_project()
        self.build(folder)
        text = (folder / "lbundle.toml").read_text()
        (folder / "lbundle.toml").write_text(text.replace('runtime =', 'architecture = "arm64"\nruntime ='))
        finished = self.build(folder, "--frozen", "--format", "json")
        self.assertIn(COMPILED, self.note(finished)["message"])
        self.assertEqual(len(self.findings(finished, "not-verified")), 1, finished)
        library = self.in_zip(folder)["lib/libmagic.so.1"]
        self.assertEqual(int.from_bytes(library[18:20], "little"), MACHINE_AARCH64)

    def test_a_library_of_no_code(self):
        """If only the name of libGL.so.1 is needed, a stub replaces it; if its functions are called, nothing does."""
        source = "int ask(void) { return 7; }\n"
        for name, code, brought in (("named", source, True),
                                    ("called", "void glFlush(void);\nvoid draw(void) { glFlush(); }\n" + source, False)):
            folder = self.needy_project("libGL.so.1", "void glFlush(void) {}", "glFlush", name=name, code=code)
            finished = self.run_program("stage", "--format", "json", cwd=folder)
            notes = self.findings(finished, "system-library")
            self.assertEqual([note["path"] for note in notes if "without code" in note["message"]],
                             ["lib/libGL.so.1"] if brought else [], finished)
            if brought:
                self.assertEqual([event["match"] for event in self.build(folder, "--format", "json").json["events"]], [True])
            else:
                self.assertIn("imports glFlush from it", finished.stderr)

    def test_other_bytes_are_refused(self):
        class Wrong(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header("Content-Length", "5")
                self.end_headers()
                self.wfile.write(b"wrong")

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Wrong)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        proxy = "http://127.0.0.1:%d" % server.server_port
        cache = self.folder / "cache"
        cache.mkdir()
        folder = self.magic_project(stage='\n[stage]\nsystem_libraries = ["magic"]\n')
        finished = self.run_program("stage", "-v", cwd=folder, LBUNDLE_CACHE=cache, http_proxy=proxy, https_proxy=proxy,
                                    no_proxy="")
        self.assert_refused(finished, COULD_NOT, "magic", "it could not be fetched from any place")
        self.assertIn("other bytes", finished.stderr)


OPTIONAL = """import importlib
import os


def start(kind):
    try:
        return importlib.import_module("." + kind, __name__).ask()
    except ImportError:
        return "plain"
"""
OPTIONAL_HANDLER = """import optional


def handler(event, context):
    return {"body": optional.start(event["kind"])}
"""
MODULE = """#define PY_SSIZE_T_CLEAN
int absent(void);
int PyInit_fast(void) { return absent(); }
"""


class NobodyMisses(SystemLibraryCase):
    """Files that the runtime cannot load in the unshrunk tree either."""

    def compiled(self, name, source, *arguments):
        """Returns the bytes of a shared library."""
        folder = self.folder / "made"
        folder.mkdir(exist_ok=True)
        self.compile(folder, source, "-shared", "-fPIC", "-w", "-o", name, *arguments)
        return (folder / name).read_bytes()

    def optional_project(self, events, module=None):
        """Makes a function whose package has a native module that cannot be loaded, and that works without it."""
        folder = self.folder / "project"
        if module is None:
            module = self.compiled("fast.so", MODULE, "-Wl,--no-as-needed",
                                   self.stand_in("libnobody.so.7", "int absent(void) { return 0; }"))
        support.make_wheel(folder / "wheels", "optional", "1.5", {
            "optional/__init__.py": OPTIONAL, "optional/plain.py": "def ask():\n    return 'plain'\n",
            "optional/fast.so": module}, tag="cp311-cp311-manylinux2014_x86_64")
        support.write_tree(folder, {
            "lbundle.toml": PYTHON_FILE, "handler.py": OPTIONAL_HANDLER,
            "requirements.txt": "--no-index\n--find-links wheels\noptional==1.5\n",
            **{"events/train-%s.json" % kind: json.dumps({"kind": kind}) for kind in events}})
        return folder

    def check_built(self, folder):
        finished = self.build(folder, "--format", "json")
        self.assertIn("optional/fast.so", self.in_zip(folder))
        missing = self.findings(finished, "abi-library-missing")
        self.assertEqual([(finding["severity"], finding["path"]) for finding in missing], [("warning", "optional/fast.so")])
        self.assertIn("no event relies on it", missing[0]["message"])
        checked = self.run_ok("check", folder / "dist/lookup.zip", cwd=folder)
        self.assertIn("no event relies on it", checked.stdout)

    def test_a_module_that_reach_alone_keeps(self):
        self.check_built(self.optional_project(["plain"]))

    def test_a_module_whose_import_fails_inside_try(self):
        self.check_built(self.optional_project(["plain", "fast"]))

    def check_fault(self, folder, code):
        finished = self.build(folder, "--format", "json")
        self.assertEqual([event["match"] for event in finished.json["events"]], [True] * len(finished.json["events"]))
        faults = [finding for finding in self.findings(finished, code) if finding["path"] == "optional/fast.so"]
        self.assertEqual([fault["severity"] for fault in faults], ["warning"], finished)
        self.assertIn("no event relies on the file", faults[0]["message"])
        self.assertIn("optional/fast.so", self.in_zip(folder))
        self.assertEqual(self.run_program("check", folder / "dist/lookup.zip", cwd=folder).status, 0)

    def for_glibc(self, version):
        """Returns a module that needs a version of glibc that no machine has."""
        folder = self.folder / "other-glibc"
        folder.mkdir()
        (folder / "versions").write_text("GLIBC_%s { global: absent; local: *; };\n" % version)
        self.compile(folder, "int absent(void) { return 0; }\n", "-shared", "-fPIC", "-nostdlib", "-o", "libc.so.6",
                     "-Wl,-soname,libc.so.6", "-Wl,--version-script=versions")
        return self.compiled("fast.so", MODULE, "-nostdlib", folder / "libc.so.6")

    FOR_GLIBC_2_35 = "int epoll_pwait2(int, void*, int, void*, void*);\nint PyInit_fast(void) { return epoll_pwait2(0, 0, 0, 0, 0); }\n"

    def test_a_module_for_a_newer_glibc_that_reach_alone_keeps(self):
        """This machine could load it."""
        self.check_fault(self.optional_project(["plain"], self.compiled("fast.so", self.FOR_GLIBC_2_35)), "abi-symbol-version")

    def test_a_module_for_a_newer_glibc_than_this_machine_has(self):
        """The event tries to import it, and goes on without it."""
        self.check_fault(self.optional_project(["plain", "fast"], self.for_glibc("2.99")), "abi-symbol-version")

    def test_a_module_for_another_processor(self):
        module = bytearray(self.compiled("fast.so", MODULE.replace("absent()", "0").replace("int absent(void);\n", "")))
        module[18:20] = MACHINE_AARCH64.to_bytes(2, "little")
        self.check_fault(self.optional_project(["plain", "fast"], bytes(module)), "abi-architecture")

    def test_a_zip_without_its_manifest_is_judged_by_itself(self):
        folder = self.optional_project(["plain"])
        self.build(folder)
        (folder / "dist/lookup.manifest.json").unlink()
        finished = self.run_program("check", "dist/lookup.zip", "--format", "json", cwd=folder)
        self.assertEqual(finished.status, 1, finished)
        self.assertEqual([finding["severity"] for finding in self.findings(finished, "abi-library-missing")], ["error"])


class Donors(SystemLibraryCase):
    """A library that one wheel has under a name with a hash, and that another wheel leaves to the system."""

    HASHED = "libteam-0a1b2c3d.so.1.0.0"
    TEAM = "static int size;\nint team(void) { return ++size; }\n"

    def library(self, soname, source, versions):
        folder = self.folder / "libraries"
        folder.mkdir(exist_ok=True)
        (folder / "versions").write_text(versions)
        self.compile(folder, source, "-shared", "-fPIC", "-o", soname, "-Wl,-soname," + soname, "-Wl,--version-script=versions")
        return folder / soname

    def module(self, calls, library, *arguments):
        folder = self.folder / "made"
        folder.mkdir(exist_ok=True)
        self.compile(folder, "int %s(void);\nint ask(void) { return %s(); }\n" % (calls, calls), "-shared", "-fPIC", "-o", "_core.so",
                     "-Wl,--no-as-needed", library, *arguments)
        return (folder / "_core.so").read_bytes()

    def project_of(self, calls="team", versions="TEAM_1.0 { global: team; local: *; };\n", source=TEAM, soname="libteam.so.1"):
        """Makes a function of two wheels, of which the second one needs `calls` of a libteam.so.1 with these versions."""
        folder = self.folder / "project"
        hashed = self.library(self.HASHED, self.TEAM, "TEAM_1.0 { global: team; local: *; };\n")
        package = ("import ctypes\nimport os\n\nask = ctypes.CDLL(os.path.join(os.path.dirname(__file__), '_core.so')).ask\n")
        tag = "cp311-cp311-manylinux2014_x86_64"
        support.make_wheel(folder / "wheels", "alpha", "1.5", {
            "alpha/__init__.py": package, "alpha/_core.so": self.module("team", hashed, "-Wl,-rpath,$ORIGIN/../alpha.libs"),
            "alpha.libs/" + self.HASHED: hashed.read_bytes()}, tag=tag)
        support.make_wheel(folder / "wheels", "beta", "2.5", {
            "beta/__init__.py": package,
            "beta/_core.so": self.module(calls, self.library(soname, source, versions))}, tag=tag)
        support.write_tree(folder, {
            "lbundle.toml": PYTHON_FILE, "handler.py": "import alpha\n\ntry:\n    import beta\nexcept OSError:\n    beta = None\n\n\n"
                                                       "def handler(event, context):\n"
                                                       "    return {'body': [alpha.ask(), beta.ask() if beta else 'without']}\n",
            "requirements.txt": "--no-index\n--find-links wheels\nalpha==1.5\nbeta==2.5\n", "events/train-one.json": "{}"})
        return folder

    def answer(self, folder):
        finished = self.build(folder, "--format", "json")
        self.assertEqual([event["match"] for event in finished.json["events"]], [True], finished)
        return finished, json.loads(finished.json["events"][0]["answer"])["body"]

    def test_it_serves_both(self):
        folder = self.project_of()
        finished, body = self.answer(folder)
        self.assertEqual(body, [1, 2], "two copies of the library count apart")
        note = self.note(finished)
        self.assertEqual(note["path"], "lib/libteam.so.1")
        for text in ("alpha 1.5 (alpha.libs/%s)" % self.HASHED, "beta 2.5 (beta/_core.so)"):
            self.assertIn(text, note["message"])
        self.assertEqual(self.in_zip(folder)["lib/libteam.so.1"], b"../alpha.libs/" + self.HASHED.encode())
        self.assertEqual(self.findings(finished, "abi-library-missing"), [])
        self.assertEqual(self.note(self.build(folder, "--format", "json")), note)

    def check_without(self, folder):
        finished, body = self.answer(folder)
        self.assertEqual(body, [1, "without"])
        self.assertFalse((folder / ".lbundle/staged/lib").exists())
        self.assertEqual([finding["severity"] for finding in self.findings(finished, "abi-library-missing")], ["warning"])

    def test_another_version_of_the_symbols(self):
        self.check_without(self.project_of(versions="TEAM_2.0 { global: team; local: *; };\n"))

    def test_a_symbol_that_it_has_not(self):
        self.check_without(self.project_of("captain", "TEAM_1.0 { global: captain; local: *; };\n", "int captain(void) { return 9; }\n"))

    def test_another_major_version(self):
        self.check_without(self.project_of(soname="libteam.so.2"))


class WaysOut(SystemLibraryCase):
    def test_a_package_that_would_not_find_the_library(self):
        folder = self.folder / "project"
        support.make_wheel(folder / "wheels", "psycopg", "3.0", {
            "psycopg.py": "raise ImportError('libpq library not found')\n"})
        support.write_tree(folder, {
            "lbundle.toml": PYTHON_FILE, "handler.py": "import psycopg\n\n\ndef handler(event, context):\n    return 1\n",
            "requirements.txt": "--no-index\n--find-links wheels\npsycopg==3.0\n", "events/train-one.json": "{}"})
        finished = self.run_program("build", cwd=folder)
        self.assert_refused(finished, COULD_NOT, "libpq library not found", "a possible cause", "find_library",
                            "require psycopg[binary]")

    def test_a_program_that_is_not_there(self):
        folder = self.folder / "project"
        support.write_tree(folder, {
            "lbundle.toml": PYTHON_FILE.replace('requirements = "requirements.txt"\n', ""),
            "handler.py": "import subprocess\n\n\ndef handler(event, context):\n    subprocess.run(['no-such-tool'])\n",
            "events/train-one.json": "{}"})
        finished = self.run_program("build", cwd=folder)
        self.assert_refused(finished, COULD_NOT, "python3.11 has no program 'no-such-tool'", "/opt/bin/no-such-tool")


class Settings(SystemLibraryCase):
    def test_none(self):
        folder = self.magic_project(stage="\n[stage]\nsystem_libraries = []\n")
        finished = self.run_program("build", cwd=folder)
        self.assert_refused(finished, COULD_NOT, "libmagic.so.1")
        self.assertFalse((folder / ".lbundle/staged/lib").exists())

    def test_none_for_a_need_names_the_recipe(self):
        folder = self.needy_project("libmagic.so.1", "int magic_version(void) { return 1; }", "magic_version",
                                    stage="\n[stage]\nsystem_libraries = []\n")
        finished = self.run_program("build", cwd=folder)
        self.assert_refused(finished, COULD_NOT, "a possible cause", "the recipe magic", "lib/ beside the handler")

    def test_names_that_are_none(self):
        folder = self.magic_project(stage='\n[stage]\nsystem_libraries = ["expat", "magik"]\n')
        self.assert_refused(self.run_program("build", cwd=folder), WRONG_USAGE, "magik", "'magic'", "lbundle.toml")
        folder = self.magic_project(name="other", stage='\n[stage]\nsystem_libraries = "none"\n')
        self.assert_refused(self.run_program("build", cwd=folder), WRONG_USAGE, "auto", "lbundle.toml")

    def test_a_library_without_a_recipe(self):
        folder = self.needy_project("libnobody.so.7", "int nobody(void) { return 1; }", "nobody")
        finished = self.run_program("build", cwd=folder)
        self.assert_refused(finished, COULD_NOT, "libnobody.so.7", "built on Amazon Linux 2", "lib/ beside the handler")

    def test_check_names_the_recipe(self):
        folder = self.program()
        path = self.folder / "bundle.zip"
        with zipfile.ZipFile(path, "w") as bundle:
            entry = zipfile.ZipInfo("bootstrap")
            entry.external_attr = 0o100755 << 16
            bundle.writestr(entry, (folder / "bootstrap").read_bytes())
        finished = self.run_program("check", path, "--runtime", "provided.al2023", "--format", "json", cwd=self.folder)
        self.assertEqual(finished.status, 1, finished)
        missing = self.findings(finished, "abi-library-missing")
        self.assertEqual(len(missing), 1, finished)
        for text in ("recipe expat", 'system_libraries = "auto"', "the package expat"):
            self.assertIn(text, missing[0]["hint"])


SPEC = """Name: libgomp
Version: 9.9
Release: 1
Summary: A library of the test's
License: MIT
%description
None.
%install
mkdir -p %{buildroot}/usr/lib64 %{buildroot}/usr/share/licenses/libgomp
cp /made/libgomp.so.1 %{buildroot}/usr/lib64/libgomp.so.1.0.0
ln -s libgomp.so.1.0.0 %{buildroot}/usr/lib64/libgomp.so.1
echo "licence of the test" >%{buildroot}/usr/share/licenses/libgomp/COPYING
%files
/usr/lib64/libgomp.so.1
/usr/lib64/libgomp.so.1.0.0
/usr/share/licenses/libgomp
"""
# Makes a repository with one signed package. The image trusts its key, or does not.
REPOSITORY = """set -eu
export HOME=/root GNUPGHOME=/root/.gnupg LC_ALL=C.UTF-8
mkdir -p /repo /etc/pki/rpm-gpg /etc/yum.repos.d /root/.gnupg
chmod 700 /root/.gnupg
for name in trusted stranger; do
  gpg --batch --quiet --passphrase '' --quick-generate-key $name@example.org rsa3072 sign never
done
gpg --armor --export trusted@example.org >/etc/pki/rpm-gpg/RPM-GPG-KEY-test
rpmbuild --quiet --target x86_64-linux --define '_rpmdir /repo' --define '_build_id_links none' \
  --define '__os_install_post %{nil}' --define 'debug_package %{nil}' -bb /made/libgomp.spec
rpmsign --define "__gpg /usr/bin/gpg" --define "_gpg_name $1@example.org" --addsign /repo/*/*.rpm
createrepo_c --quiet /repo
printf '[test]\nname=test\nbaseurl=file:///repo\ngpgcheck=0\n' >/etc/yum.repos.d/test.repo
rm -rf /root/.gnupg
"""


class Image(SystemLibraryCase):
    """The package manager of a build image; the image contains its own repository."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        support.container_image("python3.11-dnf")
        made = pathlib.Path(tempfile.mkdtemp(prefix="lbundle-rpm."))
        cls.addClassCleanup(shutil.rmtree, made, ignore_errors=True)
        subprocess.run(["gcc", "-shared", "-fPIC", "-x", "c", "-", "-o", made / "libgomp.so.1", "-Wl,-soname,libgomp.so.1"],
                       input="int gomp_of_the_test(void) { return 42; }", text=True, check=True)
        (made / "libgomp.spec").write_text(SPEC)
        (made / "repository").write_text(REPOSITORY)
        for signer in ("trusted", "stranger"):
            container = "lbundle-rpm-%s-%d" % (signer, os.getpid())
            image = cls.image(signer)
            run = subprocess.run(["podman", "--runtime", "runc", "run", "--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1000:1000",
                                  "--name", container, "--entrypoint", "/bin/sh", "--network", "none",
                                  "-v", "%s:/made:ro" % made, DNF_IMAGE, "/made/repository", signer],
                                 capture_output=True, text=True)
            try:
                if run.returncode == 0:
                    subprocess.run(["podman", "commit", "--quiet", container, image], check=True, capture_output=True)
                    cls.addClassCleanup(subprocess.run, ["podman", "rmi", "--force", image], capture_output=True)
            finally:
                subprocess.run(["podman", "rm", "--force", container], capture_output=True)
            if run.returncode != 0:
                raise AssertionError("no repository: " + run.stdout + run.stderr)

    @staticmethod
    def image(signer):
        return "localhost/lbundle-test-rpm:%s-%d" % (signer, os.getpid())

    def gomp_project(self, signer):
        return self.needy_project("libgomp.so.1", "int gomp_of_the_test(void) { return 0; }", "gomp_of_the_test",
                                  stage='\n[stage]\nbackend = "container"\nimage = "%s"\n' % self.image(signer))

    def test_a_signed_package(self):
        folder = self.gomp_project("trusted")
        finished = self.build(folder, "--format", "json")
        message = self.note(finished)["message"]
        self.assertIn("gomp 9.9-1 is brought along", message)
        self.assertIn("from the package libgomp of " + self.image("trusted"), message)
        self.assertEqual(self.in_zip(folder)["lib/licenses/gomp.txt"], b"licence of the test\n")
        self.assertEqual([event["match"] for event in finished.json["events"]], [True])

    def test_a_strangers_signature_is_refused(self):
        folder = self.gomp_project("stranger")
        finished = self.run_program("build", cwd=folder)
        self.assert_refused(finished, COULD_NOT, "no good signature")
        self.assertFalse((folder / ".lbundle/staged/lib/libgomp.so.1").exists())

    def test_an_image_without_a_package_manager(self):
        image = support.container_image()
        folder = self.needy_project("libgomp.so.1", "int gomp_of_the_test(void) { return 0; }", "gomp_of_the_test",
                                    stage='\n[stage]\nbackend = "container"\nimage = "%s"\n' % image)
        finished = self.run_ok("stage", cwd=folder)
        self.assertIn("the image has neither dnf nor yum", finished.stderr)


if __name__ == "__main__":
    support.main()
