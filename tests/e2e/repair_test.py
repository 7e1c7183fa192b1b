"""The build repairs a bundle that lacks something, and reports it; with --no-repair it fails at once."""
import json
import pathlib
import subprocess
import zipfile

import support

UNSEEN = """
[[event]]
files = "events/unseen-*.json"
verify_only = true
"""

HANDLER = """import ctypes
import importlib
import inspect
import os
import struct
import greeting

HERE = os.path.dirname(os.path.abspath(__file__))


def library(name):
    return ctypes.CDLL(os.path.join(HERE, name))


def handler(event, context):
    what, name = event.get("do"), event.get("name")
    if what == "import":
        return importlib.import_module(name).VALUE
    if what == "open":
        return open(os.path.join(HERE, name)).read()
    if what == "exists":
        return os.path.exists(os.path.join(HERE, name))
    if what == "list":
        return sorted(os.listdir(os.path.join(HERE, name)))
    if what == "plugins":
        return [name for name in sorted(os.listdir(os.path.join(HERE, name))) if name.endswith(".py")]
    if what == "source":
        return "class" in inspect.getsource(importlib.import_module(name))
    if what == "sections":
        with open(os.path.join(HERE, name), "rb") as file:
            return struct.unpack_from("<Q", file.read(64), 0x28)[0] > 0
    if what == "values":
        return [library("one/libone.so").value_of_one(), library("two/libtwo.so").value_of_two()]
    return greeting.words()[event.get("n", 0)]
"""

GREETING = dict(support.GREETING)
GREETING["greeting/deep/__init__.py"] = "from greeting.deep import inside\nVALUE = inside.VALUE\n"
GREETING["greeting/deep/inside.py"] = "class Deep:\n    pass\n\n\nVALUE = 7\n"
GREETING["greeting/more/table.txt"] = "more words\n"
GREETING["greeting/more/other.txt"] = "other words\n"


def compile_library(folder, path, source, *flags):
    """Compiles a shared library from C in `folder`, leaves it there under `path`, and returns its bytes."""
    output = pathlib.Path(folder) / path
    output.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["gcc", "-shared", "-fPIC", "-O1", "-x", "c", "-", "-x", "none", "-o", output,
                    "-Wl,-soname," + output.name, *flags], input=source, text=True, check=True)
    return output.read_bytes()


class Repair(support.Case):
    def repaired_project(self, unseen, settings="", more=None, train=None):
        events = {"train-" + name: event for name, event in {"word": {}, **(train or {})}.items()}
        events.update({"unseen-" + name: event for name, event in unseen.items()})
        project_file = support.PROJECT_FILE + (UNSEEN if unseen else "") + settings
        folder = self.project(handler=HANDLER, project_file=project_file, events=events)
        support.make_wheel(folder / "wheels", "greeting", "1.0", {**GREETING, **(more or {})})
        return folder

    def built(self, folder, *arguments, status=0):
        finished = self.run_program("build", "--format", "json", *arguments, cwd=folder)
        self.assertEqual(finished.status, status, finished)
        self.report = finished.json
        self.seconds = finished.seconds
        self.repaired = {finding["path"]: finding for finding in self.report["findings"] if finding["code"] == "repaired"}
        self.matches = {event["name"]: event["match"] for event in self.report["events"]}
        self.assert_no_leftovers(folder)
        return finished

    def names(self, folder):
        with zipfile.ZipFile(folder / "dist/greeter.zip") as package:
            return package.namelist()

    def assert_no_zip(self, folder):
        self.assertFalse((folder / "dist").exists() and list((folder / "dist").iterdir()))

    def test_what_a_drop_takes_too_much_comes_back(self):
        folder = self.repaired_project({}, '\n[prune]\ndrop = ["greeting/**"]\n')
        self.built(folder, "--no-repair", status=1)
        self.assert_no_zip(folder)
        self.assertEqual(self.repaired, {})
        self.built(folder)
        self.assertEqual(self.matches, {"train-word": True})
        self.assertLessEqual({"greeting/__init__.pyc", "greeting/words.pyc", "greeting/table.txt"}, set(self.names(folder)))
        self.assertNotIn("greeting/unused.pyc", self.names(folder), "more than was needed")
        text = json.dumps(list(self.repaired.values()))
        self.assertIn("event train-word failed without it", text)
        self.assertIn("dropped by 'greeting/**'; lbundle.toml:", text)
        manifest = json.loads((folder / "dist/greeter.manifest.json").read_text())
        reasons = {file["path"]: file["reason"]["text"] for file in manifest["files"]}
        self.assertEqual(reasons["greeting/table.txt"], "event train-word failed without it")
        self.assertIn("event train-word failed without it", (folder / "dist/greeter.report.html").read_text())

    def test_an_unseen_event_and_the_second_build(self):
        folder = self.repaired_project({"deep": {"do": "import", "name": "greeting.deep"},
                                      "file": {"do": "open", "name": "greeting/more/table.txt"},
                                      "there": {"do": "exists", "name": "greeting/more"},
                                      "listed": {"do": "list", "name": "greeting/more"}})
        self.built(folder)
        self.assertTrue(all(self.matches.values()), self.matches)
        names = self.names(folder)
        self.assertLessEqual({"greeting/deep/__init__.pyc", "greeting/deep/inside.pyc", "greeting/more/table.txt"}, set(names))
        first = support.digest(folder / "dist/greeter.zip")
        told = sorted(self.repaired)
        self.built(folder)
        self.assertEqual(support.digest(folder / "dist/greeter.zip"), first)
        self.assertEqual(sorted(self.repaired), told, "what was repaired is told again")
        self.assertFalse((folder / ".lbundle/rejected").exists())
        # With the suggested lines, the build does from the start what the repair did.
        lines = [finding["hint"].partition("[prune]: ")[2] for finding in self.repaired.values()]
        keeps = [glob for line in lines for glob in json.loads(line.partition(" = ")[2])]
        with open(folder / "lbundle.toml", "a") as project_file:
            project_file.write("\n[prune]\nkeep = %s\n" % json.dumps(keeps))
        self.built(folder, "--no-repair")
        self.assertEqual(sorted(self.names(folder)), sorted(names))
        self.assertEqual(self.repaired, {})

    def test_without_the_notice_too(self):
        folder = self.repaired_project({"deep": {"do": "import", "name": "greeting.deep"}}, "\n[prune]\nloud = false\n")
        self.built(folder)
        self.assertIn("greeting/deep/inside.pyc", self.names(folder))
        self.assertFalse([name for name in self.names(folder) if "_lbundle" in name])

    def test_a_dropped_library(self):
        value = compile_library(self.folder / "c", "value.libs/libvalue.so.1", "int value(void) { return 1; }")
        one = compile_library(self.folder / "c", "one/libone.so",
                              "int value(void); int value_of_one(void) { return value(); }", "-Wl,-rpath,$ORIGIN/../value.libs",
                              self.folder / "c/value.libs/libvalue.so.1")
        two = compile_library(self.folder / "c", "two/libtwo.so", "int value_of_two(void) { return 2; }")
        files = {"value.libs/libvalue.so.1": value, "one/libone.so": one, "two/libtwo.so": two}
        folder = self.repaired_project({}, '\n[prune]\ndrop = ["value.libs/**"]\n', files, {"values": {"do": "values"}})
        self.built(folder, "--no-repair", status=1)
        self.built(folder)
        self.assertIn("value.libs/libvalue.so.1", self.repaired)
        self.assertIn("value.libs/libvalue.so.1", self.names(folder))

    def test_an_unsafe_sharing_is_undone(self):
        files = {}
        for name, value in (("one", 1), ("two", 2)):
            # The same interface and name but different behaviour, which no symbol table shows.
            library = "%s.libs/libvalue-%s.so.1" % (name, "%da2b3c4d" % value)
            files[library] = compile_library(self.folder / "c", library,
                                             "int value(void) { return %d; } const char pad[40000] = {%d};" % (value, value))
            files["%s/lib%s.so" % (name, name)] = compile_library(
                self.folder / "c", "%s/lib%s.so" % (name, name),
                "int value(void); int value_of_%s(void) { return value(); }" % name,
                "-Wl,-rpath,$ORIGIN/../%s.libs" % name, self.folder / "c" / library)
        folder = self.repaired_project({}, more=files, train={"values": {"do": "values"}})
        self.built(folder, "--no-repair", status=1)
        self.assertEqual(len(self.report["sharing"]), 1)
        self.assertFalse(self.matches["train-values"])
        self.built(folder)
        self.assertTrue(all(self.matches.values()), self.matches)
        self.assertEqual(self.report["sharing"], [])
        self.assertEqual(set(self.repaired), {name for name in files if "value-" in name}, "the pair")
        told = " ".join(finding["message"] + finding["hint"] for finding in self.repaired.values())
        self.assertIn("event train-values failed until it stayed as it was", told)
        for path in self.repaired:
            self.assertTrue("%s defines all that is looked up in it" % path in told or "it replaced %s" % path in told, told)
        # The hash in a name changes with the next build of the package, so the line has a glob in its place.
        globs = ["%s.libs/libvalue-????????.so*" % name for name in ("one", "two")]
        for glob in globs:
            self.assertIn('untouched = ["%s"]' % glob, told)
        with open(folder / "lbundle.toml", "a") as project_file:
            project_file.write("\n[shrink]\nuntouched = %s\n" % json.dumps(globs))
        self.built(folder, "--no-repair")

    def test_a_library_that_may_not_be_written_anew(self):
        library = compile_library(self.folder / "c", "one/libone.so", "int value_of_one(void) { return 1; }")
        folder = self.repaired_project({"sections": {"do": "sections", "name": "one/libone.so"}}, more={"one/libone.so": library})
        self.built(folder, "--no-repair", status=1)
        self.built(folder)
        self.assertEqual(list(self.repaired), ["one/libone.so"])
        self.assertIn("rewritten without", self.repaired["one/libone.so"]["message"])
        with zipfile.ZipFile(folder / "dist/greeter.zip") as package:
            self.assertEqual(package.read("one/libone.so"), library)

    def test_a_source_that_is_read(self):
        folder = self.repaired_project({"source": {"do": "source", "name": "greeting.deep.inside"}},
                                     '\n[prune]\nkeep = ["greeting/deep/**"]\n')
        self.built(folder)
        self.assertIn("greeting/deep/inside.py", self.repaired)
        self.assertIn("its bytecode is imported instead", self.repaired["greeting/deep/inside.py"]["message"])
        self.assertLessEqual({"greeting/deep/inside.py"}, set(self.names(folder)))
        self.assertIn("greeting/deep/__init__.pyc", self.names(folder), "only what is read has its source")

    def test_a_listing_of_sources(self):
        folder = self.repaired_project({"sources": {"do": "plugins", "name": "greeting/deep"}}, '\n[prune]\nkeep = ["greeting/deep/**"]\n')
        self.built(folder, "--no-repair", status=1)
        self.built(folder)
        self.assertIn("greeting/deep/__init__.py", self.repaired)
        hint = self.repaired["greeting/deep/__init__.py"]["hint"]
        self.assertTrue(hint.endswith('under [shrink]: untouched = ["greeting/deep/__init__.py", "greeting/deep/inside.py"]'), hint)
        names = self.names(folder)
        self.assertLessEqual({"greeting/deep/__init__.py", "greeting/deep/inside.py"}, set(names))
        self.assertIn("greeting/words.pyc", names, "other folders stay bytecode")
        with open(folder / "lbundle.toml", "a") as project_file:
            project_file.write("\n[shrink]\n%s\n" % hint.partition("[shrink]: ")[2])
        self.built(folder, "--no-repair")

    def test_a_folder_beside_files_with_similar_names(self):
        # "data-old/x.txt" and "data.json" sort between "data" and "data/a.txt".
        more = {"greeting/data/a.txt": "a", "greeting/data.json": "{}", "greeting/data-old/x.txt": "x"}
        folder = self.repaired_project({"folder": {"do": "list", "name": "greeting/data"}}, more=more)
        self.built(folder)
        self.assertEqual(self.matches, {"train-word": True, "unseen-folder": True})
        self.assertIn("greeting/data/a.txt", self.names(folder))
        self.assertNotIn("greeting/data-old/x.txt", self.names(folder))

    def test_what_nothing_repairs(self):
        folder = self.repaired_project({"root": {"do": "list", "name": ""}})
        finished = self.built(folder, status=1)
        self.assertFalse(self.matches["unseen-root"])
        self.assert_no_zip(folder)
        self.assertIn("not-repaired", [finding["code"] for finding in finished.json["findings"]])

    def test_an_answer_that_varies_by_itself(self):
        # In order of the runs: the first two unshrunk runs agree, the bundle's run differs, and further unshrunk runs decide.
        handler = ("import greeting\n\n\ndef handler(event, context):\n"
                   "    with open('/mnt/count/count', 'r+') as file:\n"
                   "        count = int(file.read())\n        file.seek(0)\n        file.write(str(count + 1))\n"
                   "    return {'word': greeting.words()[0], 'turn': count % 3 == 2}\n")
        folder = self.project(handler=handler, events={"train-word": {}}, more={"count/count": "0"},
                              project_file=support.PROJECT_FILE +
                              '\n[[sandbox.mount]]\nsource = "count"\ntarget = "/mnt/count"\nwritable = true\n')
        self.built(folder, "-j", "1", "--no-repair")
        self.assertEqual((self.matches, self.repaired), ({"train-word": True}, {}))

    def test_frozen_builds_are_not_repaired(self):
        folder = self.repaired_project({"deep": {"do": "import", "name": "greeting.deep"}})
        self.built(folder)
        self.built(folder, "--frozen", status=1)
        self.assertEqual(self.repaired, {})


if __name__ == "__main__":
    support.main()
