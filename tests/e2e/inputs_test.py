"""What `requirements` may name: lists with hashes, extras, markers, constraints, paths and repositories, lock files, and releases
that have only sources. Also the messages when lbundle cannot get them."""
import hashlib
import io
import json
import os
import pathlib
import re
import subprocess
import tarfile
import zipfile

import support

COULD_NOT = 3

SOURCE = """#include <Python.h>
#include <math.h>
#include <string.h>

/* memcpy and pow have newer versions in newer C libraries. */
static PyObject* twice(PyObject* self, PyObject* number) {
  double value = PyFloat_AsDouble(number), copy;
  memcpy(&copy, &value, sizeof copy);
  return PyFloat_FromDouble(value + pow(copy, (double)PyLong_AsLong(number)) / pow(copy, value) * copy);
}
static PyMethodDef methods[] = {{"twice", twice, METH_O, ""}, {NULL, NULL, 0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "lbspeedup", "", -1, methods, NULL, NULL, NULL, NULL};
PyMODINIT_FUNC PyInit_lbspeedup(void) { return PyModule_Create(&module); }
"""
SETUP = """from setuptools import Extension, setup

setup(name="lbspeedup", version="1.0", ext_modules=[Extension("lbspeedup", ["lbspeedup.c"], libraries=["m"])])
"""
HANDLER = """import greeting
import lbspeedup


def handler(event, context):
    return {"body": greeting.words()[event["n"]], "twice": lbspeedup.twice(event["n"])}
"""


def make_sdist(folder, source=SOURCE):
    """Makes lbspeedup-1.0.tar.gz, an extension module that has no wheel anywhere."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    files = {"PKG-INFO": "Metadata-Version: 2.1\nName: lbspeedup\nVersion: 1.0\n", "setup.py": SETUP, "lbspeedup.c": source}
    path = folder / "lbspeedup-1.0.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for name, text in files.items():
            entry = tarfile.TarInfo("lbspeedup-1.0/" + name)
            entry.size = len(text.encode())
            archive.addfile(entry, io.BytesIO(text.encode()))
    return path


def glibc_versions(library):
    text = subprocess.run(["readelf", "-VW", library], check=True, capture_output=True, text=True).stdout
    return sorted({tuple(map(int, each.split("."))) for each in re.findall(r"GLIBC_([0-9.]+)", text)})


class InputCase(support.Case):
    def with_list(self, text, **more):
        folder = self.project(**more)
        (folder / "requirements.txt").write_text(text)
        return folder

    def stage(self, folder, **environment):
        return self.run_ok("stage", "--format", "json", cwd=folder, **environment)

    def refused_stage(self, folder, *texts, **environment):
        finished = self.run_program("stage", cwd=folder, **environment)
        self.assert_refused(finished, COULD_NOT, "hint: ", *texts)
        self.assert_no_leftovers(folder)
        return finished

    def staged(self, folder, path):
        return (folder / ".lbundle/staged" / path).exists()

    def hash_of(self, folder, name="greeting-1.0-py3-none-any.whl"):
        return "sha256:" + support.digest(folder / "wheels" / name)


class Lists(InputCase):
    HEAD = "--no-index\n--find-links wheels\n"

    def test_hashes_that_match(self):
        folder = self.with_list("")
        (folder / "requirements.txt").write_text(
            self.HEAD + "greeting==1.0 \\\n    --hash=%s  # as released\n" % self.hash_of(folder))
        self.stage(folder)
        self.assertTrue(self.staged(folder, "greeting/words.py"))

    def test_a_hash_that_is_missing(self):
        folder = self.with_list(self.HEAD + "--require-hashes\ngreeting==1.0\n")
        self.refused_stage(folder, "greeting==1.0", "hashes are required", "--hash=" + self.hash_of(folder))

    def test_a_hash_beside_a_version_that_is_not_pinned(self):
        folder = self.with_list("")
        (folder / "requirements.txt").write_text(self.HEAD + "greeting>=1.0 --hash=%s\n" % self.hash_of(folder))
        self.refused_stage(folder, "greeting", "not pinned")

    def test_a_hash_that_does_not_match(self):
        folder = self.with_list(self.HEAD + "greeting==1.0 --hash=sha256:%s\n" % ("0" * 64))
        self.refused_stage(folder, "greeting==1.0", "does not match", "0" * 64, self.hash_of(folder))

    def test_an_index_that_is_down(self):
        folder = self.with_list("greeting==1.0\n")
        self.refused_stage(folder, "requirements.txt", "index", "http://127.0.0.1:9/simple", "does not answer",
                           PIP_INDEX_URL="http://key:secret@127.0.0.1:9/simple", PIP_RETRIES="0")
        finished = self.run_program("stage", cwd=folder, PIP_INDEX_URL="http://key:secret@127.0.0.1:9/simple", PIP_RETRIES="0")
        self.assertNotIn("secret", finished.stderr.splitlines()[-1])

    def test_a_version_that_is_not_there(self):
        folder = self.with_list(self.HEAD + "greeting==2.0\n")
        finished = self.refused_stage(folder, "greeting==2.0", "there are 1.0", "Python 3.11, glibc 2.26 and x86_64")
        self.assertNotIn("compiled", finished.stderr)

    def test_a_wheel_for_another_system_alone(self):
        folder = self.with_list(self.HEAD + "greeting==1.0\n")
        wheel = folder / "wheels/greeting-1.0-py3-none-any.whl"
        wheel.rename(folder / "wheels/greeting-1.0-cp311-cp311-macosx_11_0_arm64.whl")
        self.refused_stage(folder, "greeting==1.0", "glibc 2.26 and x86_64")

    def test_extras_markers_and_constraints(self):
        folder = self.with_list(self.HEAD + "-c pins/constraints.txt\nwelcome[loud] ; python_version >= '3.8'\n"
                                "greeting ; sys_platform == 'linux'\nnot-there ; sys_platform == 'win32'\n")
        for version in ("1.1", "1.0"):
            support.make_wheel(folder / "wheels", "greeting", version, support.GREETING)
            support.make_wheel(folder / "wheels", "bells", version, {"bells.py": ""})
        metadata = "Metadata-Version: 2.1\nName: welcome\nVersion: 1.0\nProvides-Extra: loud\nRequires-Dist: bells; extra == 'loud'\n"
        support.make_wheel(folder / "wheels", "welcome", "1.0", {"welcome.py": "", "welcome-1.0.dist-info/METADATA": metadata})
        # make_wheel adds its own file after this one, and the last one counts.
        self.rewrite_metadata(folder / "wheels/welcome-1.0-py3-none-any.whl", metadata)
        support.write_tree(folder, {"pins/constraints.txt": "greeting==1.0\nbells<1.1\n"})
        self.stage(folder)
        for path in ("greeting-1.0.dist-info", "bells-1.0.dist-info", "welcome.py"):
            self.assertTrue(self.staged(folder, path), path)

    def rewrite_metadata(self, wheel, metadata):
        with zipfile.ZipFile(wheel) as old:
            content = {name: old.read(name) for name in old.namelist()}
        content["welcome-1.0.dist-info/METADATA"] = metadata.encode()
        with zipfile.ZipFile(wheel, "w") as new:
            for name, text in content.items():
                new.writestr(name, text)

    def test_markers_are_those_of_the_function_s_machine(self):
        folder = self.with_list(self.HEAD + "greeting==1.0\nbells==1.0 ; platform_machine == 'aarch64'\n",
                                project_file=support.PROJECT_FILE.replace("[function]\n", '[function]\narchitecture = "arm64"\n'))
        support.make_wheel(folder / "wheels", "bells", "1.0", {"bells.py": ""})
        self.stage(folder)
        self.assertTrue(self.staged(folder, "bells.py"))
        (folder / "lbundle.toml").write_text(support.PROJECT_FILE)
        self.stage(folder)
        self.assertFalse(self.staged(folder, "bells.py"))

    def test_a_wheel_by_its_path_in_an_included_list(self):
        folder = self.with_list("--no-index\n-r more/list.txt\n")
        support.write_tree(folder, {"more/list.txt": "./wheels/greeting-1.0-py3-none-any.whl\n"})
        self.stage(folder)
        self.assertTrue(self.staged(folder, "greeting/words.py"))
        self.assertFalse(self.staged(folder, "greeting-1.0.dist-info/direct_url.json"))

    def test_what_a_list_names_is_not_the_function_s_own(self):
        folder = self.with_list(self.HEAD + "-c pins/constraints.txt\ngreeting==1.0\n",
                                project_file=support.PROJECT_FILE.replace('source = ["handler.py"]\n', ""))
        support.write_tree(folder, {"pins/constraints.txt": "greeting==1.0\n", "pins/own.txt": "", "uv.lock": "", "Pipfile": ""})
        self.build(folder)
        self.assertTrue(self.staged(folder, "pins/own.txt"))
        for path in ("wheels", "events"):
            self.assertFalse(self.staged(folder, path), path)
        # They are staged, so that an event can open them, and bundled only if one does.
        with zipfile.ZipFile(folder / "dist/greeter.zip") as package:
            names = set(package.namelist())
        self.assertIn("pins/own.txt", names)
        self.assertEqual(names & {"pins/constraints.txt", "requirements.txt", "uv.lock", "Pipfile"}, set())


class Sources(InputCase):
    """Packages that zig compiles. zig comes from the index, as do the tools that a build asks for."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The compiler, half a gigabyte, is fetched once per machine.
        cls.cache = str(support.users_cache())

    def assert_compiled_for(self, library, machine, newest):
        header = subprocess.run(["readelf", "-h", library], check=True, capture_output=True, text=True).stdout
        self.assertIn(machine, header)
        versions = glibc_versions(library)
        self.assertTrue(versions, "it needs the C library")
        self.assertLessEqual(versions[-1], newest)

    def test_an_extension_module_that_has_sources_alone(self):
        # Its bytes are unique, so that the cache has no wheel of it.
        folder = self.with_list("--find-links wheels\ngreeting==1.0\nlbspeedup==1.0\n", handler=HANDLER)
        make_sdist(folder / "wheels", SOURCE + "/* %s */\n" % os.urandom(8).hex())
        finished = self.build(folder, "--format", "json")
        self.assertEqual({event["match"] for event in finished.json["events"]}, {True})
        self.assertEqual([each for each in finished.json["findings"] if each["code"].startswith("abi-")], [])
        library = folder / ".lbundle/staged/lbspeedup.cpython-311-x86_64-linux-gnu.so"
        self.assert_compiled_for(library, "X86-64", (2, 26))
        wheel = (folder / ".lbundle/staged/lbspeedup-1.0.dist-info/WHEEL").read_text()
        self.assertIn("Tag: cp311-cp311-manylinux_2_26_x86_64\n", wheel)
        again = self.build(folder, "--format", "json")
        self.assertNotIn("compiled", again.stderr)

    def test_for_the_other_processor(self):
        folder = self.with_list("--find-links wheels\nlbspeedup==1.0\n", handler=HANDLER, project_file=support.PROJECT_FILE.replace(
            "[function]\n", '[function]\narchitecture = "arm64"\n'))
        make_sdist(folder / "wheels")
        finished = self.stage(folder)
        self.assertEqual([each for each in finished.json["findings"] if each["code"].startswith("abi-")], [])
        self.assert_compiled_for(folder / ".lbundle/staged/lbspeedup.cpython-311-aarch64-linux-gnu.so", "AArch64", (2, 26))

    def test_a_list_that_forbids_a_wheel(self):
        folder = self.with_list("--no-binary lbspeedup\n--find-links wheels\ngreeting==1.0\nlbspeedup==1.0\n", handler=HANDLER)
        make_sdist(folder / "wheels")
        self.stage(folder)
        self.assert_compiled_for(folder / ".lbundle/staged/lbspeedup.cpython-311-x86_64-linux-gnu.so", "X86-64", (2, 26))
        self.assertTrue(self.staged(folder, "greeting-1.0.dist-info"))

    def test_sources_with_a_hash(self):
        folder = self.with_list("")
        path = make_sdist(folder / "wheels")
        text = "--find-links wheels\ngreeting==1.0 --hash=%s\nlbspeedup==1.0 --hash=sha256:%s\n"
        (folder / "requirements.txt").write_text(text % (self.hash_of(folder), support.digest(path)))
        self.stage(folder)
        self.assertTrue(self.staged(folder, "lbspeedup-1.0.dist-info"))
        (folder / "requirements.txt").write_text(text % (self.hash_of(folder), "0" * 64))
        self.refused_stage(folder, "lbspeedup==1.0", "does not match")

    def test_sources_that_do_not_compile(self):
        folder = self.with_list("--find-links wheels\nlbspeedup==1.0\n")
        make_sdist(folder / "wheels", SOURCE + "#error for want of libgdal\n")
        self.refused_stage(folder, "lbspeedup==1.0", "could not be built", "for want of libgdal", "container")
        # The nearest earlier release for this interpreter and system; not a later one, and none for a newer glibc.
        for version, tag in (("0.8", "cp311-cp311-manylinux2014_x86_64"), ("0.9", "cp311-cp311-manylinux_2_26_x86_64"),
                             ("0.9.1", "cp311-cp311-manylinux_2_28_x86_64"), ("1.1", "cp311-cp311-manylinux2014_x86_64")):
            support.make_wheel(folder / "wheels", "lbspeedup", version, {"lbspeedup.py": ""}, tag)
        self.refused_stage(folder, "hint: lbspeedup 0.9 has a wheel for it; ")

    def test_a_build_sees_nothing_of_the_user_s(self):
        folder = self.with_list("--find-links wheels\nlbspeedup==1.0\n")
        secret = pathlib.Path(os.path.expanduser("~/.lbundle-test-secret"))
        secret.write_text("")
        self.addCleanup(secret.unlink)
        make_sdist(folder / "wheels")
        sdist = folder / "wheels/lbspeedup-1.0.tar.gz"
        with tarfile.open(sdist, "w:gz") as archive:
            probe = ("import os, sys\nassert not os.path.exists(%r), 'the home folder is seen'\n"
                     "try:\n    open(%r, 'w')\nexcept OSError:\n    pass\nelse:\n    sys.exit('the project is written to')\n"
                     % (str(secret), str(folder / "written")))
            for name, text in {"PKG-INFO": "Metadata-Version: 2.1\nName: lbspeedup\nVersion: 1.0\n",
                               "setup.py": probe + SETUP, "lbspeedup.c": SOURCE}.items():
                entry = tarfile.TarInfo("lbspeedup-1.0/" + name)
                entry.size = len(text.encode())
                archive.addfile(entry, io.BytesIO(text.encode()))
        self.stage(folder)
        self.assertFalse((folder / "written").exists())

    def local_package(self, folder):
        support.write_tree(folder, {"local/pyproject.toml": '[project]\nname = "lblocal"\nversion = "2.0"\n'
                                    '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n',
                                    "local/src/lblocal/__init__.py": "VALUE = 1\n"})

    def test_a_folder_of_sources_and_an_editable_one(self):
        for line in ("./local", "-e ./local", "lblocal @ file://%s"):
            folder = self.with_list("", name="project" + str(len(line)))
            self.local_package(folder)
            line = line.replace("%s", str(folder / "local"))
            (folder / "requirements.txt").write_text("--find-links wheels\ngreeting==1.0\n%s\n" % line)
            self.stage(folder)
            self.assertEqual((folder / ".lbundle/staged/lblocal/__init__.py").read_text(), "VALUE = 1\n")
            (folder / "local/src/lblocal/__init__.py").write_text("VALUE = 2\n")
            self.stage(folder)
            self.assertEqual((folder / ".lbundle/staged/lblocal/__init__.py").read_text(), "VALUE = 2\n")
            self.assertFalse((folder / "local/build").exists(), "the user's folder is written to")

    def test_a_setup_py_alone(self):
        # An old pip without wheel beside it cannot run `setup.py bdist_wheel`; and here no index has the build tools.
        setup = "import pkg_resources\nfrom setuptools import setup\nsetup(name='lbold', version='1.0', py_modules=['lbold'])\n"
        folder = self.with_list("--no-index\n--find-links wheels\ngreeting==1.0\n./old\n")
        support.write_tree(folder, {"old/setup.py": setup, "old/lbold.py": "VALUE = %r\n" % os.urandom(8).hex()})
        self.stage(folder)
        self.assertTrue(self.staged(folder, "lbold.py"))

    def test_sources_that_want_another_setuptools(self):
        folder = self.with_list("--find-links wheels\ngreeting==1.0\n./local\n")
        self.local_package(folder)
        text = (folder / "local/pyproject.toml").read_text().replace('["setuptools"]', '["setuptools<80"]')
        (folder / "local/pyproject.toml").write_text(text + "# %s\n" % os.urandom(8).hex())
        self.stage(folder)
        self.assertTrue(self.staged(folder, "lblocal/__init__.py"))

    def test_a_repository(self):
        folder = self.with_list("--find-links wheels\ngreeting==1.0\ngit+file://%s/repository@v2#egg=lblocal&subdirectory=local\n"
                                % self.folder)
        repository = self.folder / "repository"
        repository.mkdir()
        self.local_package(repository)
        git = ["git", "-c", "user.name=test", "-c", "user.email=test@localhost", "-C", str(repository)]
        for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "all"], ["tag", "v2"]):
            subprocess.run(git + words, check=True)
        self.stage(folder)
        self.assertTrue(self.staged(folder, "lblocal/__init__.py"))

    def test_a_repository_where_git_is_absent(self):
        folder = self.with_list("git+https://example.com/x/y@v1#egg=y\n")
        programs = self.folder / "bin"
        programs.mkdir()
        for name in ("python3.11", "python3", "bwrap"):
            (programs / name).symlink_to(os.path.realpath("/usr/bin/" + name))
        self.refused_stage(folder, "git+https://example.com/x/y@v1", "git is not installed", "install git", PATH=str(programs))


class LockCase(InputCase):
    """The tools that read lock files come from the index."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cache = str(support.users_cache())

    SIX = ("six-1.17.0-py2.py3-none-any.whl", "4721f391ed90541fddacab5acf947aa0d3dc7d27b2e1e8eda2be8970586c3274")
    HANDLER = "import six\n\n\ndef handler(event, context):\n    return {'body': six.__version__}\n"

    def with_lock(self, lock, files, name="project"):
        folder = self.project(name, handler=self.HANDLER, project_file=support.PROJECT_FILE.replace("requirements.txt", lock))
        (folder / "requirements.txt").unlink()
        support.write_tree(folder, files)
        return folder

    def assert_stages_six_alone(self, folder):
        before = support.snapshot(folder, without=support.OUTPUTS)
        self.stage(folder)
        self.assertTrue(self.staged(folder, "six-1.17.0.dist-info"))
        self.assertFalse(self.staged(folder, "iniconfig"), "what is for development alone")
        self.assertEqual(support.snapshot(folder, without=support.OUTPUTS), before, "the project is written to")


class LockFiles(LockCase):
    """Lock files that their own tools read."""

    PYPROJECT = ('[project]\nname = "function"\nversion = "1"\nrequires-python = ">=3.11"\ndependencies = ["six==1.17.0"]\n'
                 '[dependency-groups]\ndev = ["iniconfig"]\n')
    # What the lock file says of the function's sets of dependencies.
    UV_SETS = """[package.dev-dependencies]
dev = [
    { name = "iniconfig" },
]

[package.metadata]
requires-dist = [{ name = "six", specifier = "==1.17.0" }]

[package.metadata.requires-dev]
dev = [{ name = "iniconfig" }]
"""
    UV_LOCK = """version = 1
revision = 3
requires-python = ">=3.11"

[[package]]
name = "function"
version = "1"
source = { virtual = "." }
dependencies = [
    { name = "six" },
]

""" + UV_SETS + """
[[package]]
name = "iniconfig"
version = "2.0.0"
source = { registry = "https://pypi.org/simple" }
wheels = [
    { url = "https://files.pythonhosted.org/packages/x/iniconfig-2.0.0-py3-none-any.whl", hash = "sha256:b6a85871a79d2e3b22d2d1b94ac2824226a63c6b741c88f7ae975f18b6778374" },
]

[[package]]
name = "six"
version = "1.17.0"
source = { registry = "https://pypi.org/simple" }
wheels = [
    { url = "https://files.pythonhosted.org/packages/x/six-1.17.0-py2.py3-none-any.whl", hash = "sha256:%s" },
]
""" % LockCase.SIX[1]

    def test_uv_lock(self):
        self.assert_stages_six_alone(self.with_lock("uv.lock", {"pyproject.toml": self.PYPROJECT, "uv.lock": self.UV_LOCK}))

    def test_a_hash_of_uv_lock_that_does_not_match(self):
        lock = self.UV_LOCK.replace(self.SIX[1], "0" * 64)
        self.refused_stage(self.with_lock("uv.lock", {"pyproject.toml": self.PYPROJECT, "uv.lock": lock}), "six==1.17.0",
                           "does not match")

    def test_pyproject_by_the_lock_beside_it(self):
        self.assert_stages_six_alone(
            self.with_lock("pyproject.toml", {"pyproject.toml": self.PYPROJECT, "uv.lock": self.UV_LOCK}))

    def test_pyproject_alone(self):
        self.assert_stages_six_alone(self.with_lock("pyproject.toml", {"pyproject.toml": self.PYPROJECT}))

    def test_pyproject_that_leaves_it_to_a_tool(self):
        text = self.PYPROJECT.replace('dependencies = ["six==1.17.0"]', 'dynamic = ["dependencies"]')
        finished = self.run_program("stage", cwd=self.with_lock("pyproject.toml", {"pyproject.toml": text}))
        self.assert_refused(finished, 2, "pyproject.toml:5", "left to a build tool", "hint: ")

    def test_a_lock_that_its_tool_refuses(self):
        folder = self.with_lock("uv.lock", {"pyproject.toml": self.PYPROJECT, "uv.lock": "version = [\n"})
        self.refused_stage(folder, "uv.lock", "uv==", "refuses", "lock again")

    def test_a_lock_without_what_it_was_made_from(self):
        self.refused_stage(self.with_lock("uv.lock", {"uv.lock": self.UV_LOCK}), "uv.lock", "pyproject.toml")

    def test_pipfile_lock(self):
        content = {"_meta": {"hash": {"sha256": "0" * 64}, "pipfile-spec": 6, "requires": {},
                             "sources": [{"name": "pypi", "url": "https://pypi.org/simple", "verify_ssl": True}]},
                   "default": {"six": {"hashes": ["sha256:" + self.SIX[1]], "index": "pypi", "version": "==1.17.0"}},
                   "develop": {"iniconfig": {"hashes": [], "version": "==2.0.0"}}}
        self.assert_stages_six_alone(self.with_lock("Pipfile.lock", {
            "Pipfile": '[packages]\nsix = "==1.17.0"\n\n[dev-packages]\niniconfig = "*"\n', "Pipfile.lock": json.dumps(content)}))

    def test_poetry_lock(self):
        project = ('[project]\nname = "function"\nversion = "1"\nrequires-python = ">=3.9,<4"\ndependencies = ["six (==1.17.0)"]\n'
                   '[tool.poetry]\npackage-mode = false\n[tool.poetry.group.dev.dependencies]\niniconfig = "*"\n')
        # Poetry checks in this way that the two files agree: it hashes the relevant parts of pyproject.toml as JSON.
        relevant = {"project": {"requires-python": ">=3.9,<4", "dependencies": ["six (==1.17.0)"]},
                    "tool": {"poetry": {"group": {"dev": {"dependencies": {"iniconfig": "*"}}}}}}
        lock = ('[[package]]\nname = "iniconfig"\nversion = "2.0.0"\ndescription = ""\noptional = false\npython-versions = ">=3.7"\n'
                'groups = ["dev"]\nfiles = []\n\n'
                '[[package]]\nname = "six"\nversion = "1.17.0"\ndescription = ""\noptional = false\n'
                'python-versions = ">=2.7"\ngroups = ["main"]\nfiles = [{file = "%s", hash = "sha256:%s"}]\n\n'
                '[metadata]\nlock-version = "2.1"\npython-versions = ">=3.9,<4"\ncontent-hash = "%s"\n')
        self.assert_stages_six_alone(self.with_lock("poetry.lock", {
            "pyproject.toml": project,
            "poetry.lock": lock % (*self.SIX, hashlib.sha256(json.dumps(relevant, sort_keys=True).encode()).hexdigest())}))


class ExtrasAndGroups(LockCase):
    """One lock file serves several functions; each takes its extras and groups of it."""

    INI_HASH = "b6a85871a79d2e3b22d2d1b94ac2824226a63c6b741c88f7ae975f18b6778374"
    PYPROJECT = ('[project]\nname = "function"\nversion = "1"\nrequires-python = ">=3.11"\ndependencies = ["six==1.17.0"]\n'
                 '[project.optional-dependencies]\nthe-api = ["iniconfig==2.0.0"]\n'
                 '[dependency-groups]\ngeo = ["iniconfig==2.0.0"]\nwork = [{include-group = "geo"}]\n')
    UV_LOCK = LockFiles.UV_LOCK.replace(LockFiles.UV_SETS, """[package.optional-dependencies]
the-api = [
    { name = "iniconfig" },
]

[package.dev-dependencies]
geo = [
    { name = "iniconfig" },
]
work = [
    { name = "iniconfig" },
]

[package.metadata]
requires-dist = [
    { name = "iniconfig", marker = "extra == 'the-api'", specifier = "==2.0.0" },
    { name = "six", specifier = "==1.17.0" },
]
provides-extras = ["the-api"]

[package.metadata.requires-dev]
geo = [{ name = "iniconfig", specifier = "==2.0.0" }]
work = [{ name = "iniconfig", specifier = "==2.0.0" }]
""")

    def asking(self, keys, lock, files, name="project"):
        folder = self.with_lock(lock, files, name)
        text = (folder / "lbundle.toml").read_text().replace("\n\n[[event]]", "\n%s\n\n[[event]]" % keys, 1)
        (folder / "lbundle.toml").write_text(text)
        return folder

    def assert_brings_iniconfig(self, folder):
        self.stage(folder)
        self.assertTrue(self.staged(folder, "six-1.17.0.dist-info"))
        self.assertTrue(self.staged(folder, "iniconfig"))

    def test_of_uv_lock(self):
        files = {"pyproject.toml": self.PYPROJECT, "uv.lock": self.UV_LOCK}
        folder = self.asking('extras = ["The_API"]', "uv.lock", files)
        self.assert_brings_iniconfig(folder)
        text = (folder / "lbundle.toml").read_text()
        (folder / "lbundle.toml").write_text(text.replace('extras = ["The_API"]', 'groups = ["work"]'))
        self.assert_brings_iniconfig(folder)
        (folder / "lbundle.toml").write_text(text.replace('extras = ["The_API"]', ""))
        self.assert_stages_six_alone(folder)

    def test_of_pyproject_alone(self):
        for number, keys in enumerate(('extras = ["the-api"]', 'groups = ["work"]')):
            with self.subTest(keys):
                self.assert_brings_iniconfig(self.asking(keys, "pyproject.toml", {"pyproject.toml": self.PYPROJECT}, str(number)))

    def test_an_unknown_name(self):
        for number, (keys, texts) in enumerate(((('extras = ["api"]'), ("no extra 'api'", "its extras: the-api")),
                                                ('groups = ["dev"]', ("no group 'dev'", "its groups: geo, work")))):
            with self.subTest(keys):
                files = {"pyproject.toml": self.PYPROJECT, "uv.lock": self.UV_LOCK}
                finished = self.run_program("stage", cwd=self.asking(keys, "uv.lock", files, str(number)))
                self.assert_refused(finished, 2, *texts)
        finished = self.run_program("stage", cwd=self.asking('extras = ["api"]', "list.txt", {"list.txt": "six==1.17.0\n"}))
        self.assert_refused(finished, 2, "this is a list for pip", "package[extra]")

    def test_a_category_of_pipfile_lock(self):
        def pinned(version, digest):
            return {"hashes": ["sha256:" + digest], "index": "pypi", "version": version}

        content = {"_meta": {"hash": {"sha256": "0" * 64}, "pipfile-spec": 6, "requires": {},
                             "sources": [{"name": "pypi", "url": "https://pypi.org/simple", "verify_ssl": True}]},
                   "default": {"six": pinned("==1.17.0", self.SIX[1])}, "develop": {},
                   "geo": {"iniconfig": pinned("==2.0.0", self.INI_HASH)}}
        self.assert_brings_iniconfig(self.asking('groups = ["geo"]', "Pipfile.lock", {
            "Pipfile": '[packages]\nsix = "==1.17.0"\n\n[geo]\niniconfig = "==2.0.0"\n', "Pipfile.lock": json.dumps(content)}))

    def test_of_poetry_lock(self):
        project = ('[project]\nname = "function"\nversion = "1"\nrequires-python = ">=3.9,<4"\ndependencies = ["six (==1.17.0)"]\n'
                   '[project.optional-dependencies]\napi = ["iniconfig (==2.0.0)"]\n[tool.poetry]\npackage-mode = false\n')
        relevant = {"project": {"requires-python": ">=3.9,<4", "dependencies": ["six (==1.17.0)"],
                                "optional-dependencies": {"api": ["iniconfig (==2.0.0)"]}}, "tool": {"poetry": {}}}
        lock = ('[[package]]\nname = "iniconfig"\nversion = "2.0.0"\ndescription = ""\noptional = true\npython-versions = ">=3.7"\n'
                'groups = ["main"]\nmarkers = "extra == \\"api\\""\n'
                'files = [{file = "iniconfig-2.0.0-py3-none-any.whl", hash = "sha256:%s"}]\n\n'
                '[[package]]\nname = "six"\nversion = "1.17.0"\ndescription = ""\noptional = false\n'
                'python-versions = ">=2.7"\ngroups = ["main"]\nfiles = [{file = "%s", hash = "sha256:%s"}]\n\n'
                '[extras]\napi = ["iniconfig"]\n\n'
                '[metadata]\nlock-version = "2.1"\npython-versions = ">=3.9,<4"\ncontent-hash = "%s"\n')
        self.assert_brings_iniconfig(self.asking('extras = ["api"]', "poetry.lock", {
            "pyproject.toml": project,
            "poetry.lock": lock % (self.INI_HASH, *self.SIX,
                                   hashlib.sha256(json.dumps(relevant, sort_keys=True).encode()).hexdigest())}))


if __name__ == "__main__":
    support.main()
