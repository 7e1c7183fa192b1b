"""Rewritten and shared libraries: lbundle loads each alone, and runs the events with the modules that use it imported in each order."""
import json
import shutil
import subprocess
import zipfile

import support
from repair_test import compile_library

HANDLER = """import one.native
import two.native


def handler(event, context):
    return [one.native.VALUE, two.native.VALUE]
"""

# An extension module without Python's headers: it defines the module as Python 3.11 does.
MODULE = """
int claim(int who);
void *PyModule_Create2(void *, int);
int PyModule_AddIntConstant(void *, const char *, long);
static struct { long references; void *rest[4]; const char *name, *doc; long size; void *more[5]; }
    definition = {1, {0}, "native", 0, -1, {0}};
void *PyInit_native(void) {
  void *module = PyModule_Create2(&definition, 1013);
  PyModule_AddIntConstant(module, "VALUE", claim(%d));
  return module;
}
"""
# If both share one library, the second user finds the state that the first has left, and `one` fails on it.
FIRST_COME = "static int last; int claim(int who) { int was = last; last = who; return was > who ? -1 : who; }"
ANY_ORDER = "int claim(int who) { return who; }"
# `number` differs, so that the two are not copies of each other.
LIBRARY = "%s\nint number_of_library = %d; const char padding[60000] = {%d};\n"

# The library looks for its own section headers when it is loaded.
SELF_READER = """
#include <stdio.h>
#include <stdlib.h>
__attribute__((constructor)) static void look(void) {
  unsigned long place = 0;
  FILE *file = fopen("/var/task/greeting/libself.so", "rb");
  if (file == 0) return;
  fseek(file, 0x28, SEEK_SET);
  if (fread(&place, sizeof place, 1, file) == 1 && place == 0) abort();
  fclose(file);
}
int value(void) { return 1; }
"""


class Loading(support.Case):
    def packages_that_share(self, library):
        files = {}
        for package, number in (("one", 1), ("two", 2)):
            path = "%s.libs/libclaim-%da2b3c4d.so.1" % (package, number)
            files[path] = compile_library(self.folder / "c", path, LIBRARY % (library, number, number))
            files["%s/__init__.py" % package] = ""
            module = "%s/native.cpython-311-x86_64-linux-gnu.so" % package
            files[module] = compile_library(self.folder / "c", module, MODULE % number, "-w",
                                            "-Wl,-rpath,$ORIGIN/../%s.libs" % package, self.folder / "c" / path)
        return files

    def built(self, files, handler, *arguments, status=0, settings=""):
        folder = self.folder / "project"
        if not folder.exists():
            self.project(handler=handler, project_file=support.PROJECT_FILE + settings, events={"train-values": {}})
            support.make_wheel(folder / "wheels", "greeting", "1.0", {**support.GREETING, **files})
        finished = self.run_program("build", "--format", "json", "-v", *arguments, cwd=folder)
        self.assertEqual(finished.status, status, finished)
        self.report = finished.json
        self.log = finished.stderr
        self.assert_no_leftovers(folder)
        return folder

    def assert_verify_finds_the_same_faults(self, folder):
        """`lbundle verify` judges the rejected zip as the build did, though every event gives the same answer on it."""
        verified = self.run_program("verify", folder / ".lbundle/rejected/greeter.zip", "--format", "json", cwd=folder)
        self.assertEqual(verified.status, 1, verified)
        self.assertTrue(verified.json["match"])
        faults = [finding for finding in verified.json["findings"] if finding["code"] == "native-fault"]
        self.assertEqual(faults, list(self.findings("native-fault").values()))

    def findings(self, code):
        return {finding["path"]: finding for finding in self.report["findings"] if finding["code"] == code}

    def test_packages_that_share_answer_alike_in_each_order(self):
        files = self.packages_that_share(ANY_ORDER)
        self.built(files, HANDLER)
        self.assertEqual(len(self.report["sharing"]), 1, self.report)
        self.assertEqual(self.findings("repaired"), {})
        for order in ("one before two", "two before one"):
            self.assertIn("with %s imported first: the same answers" % order, self.log)
        self.assertRegex(self.log, r"[34] of [34] changed libraries load by themselves")
        # Known results are not computed again.
        self.built(files, HANDLER)
        self.assertEqual(len(self.report["sharing"]), 1)
        verify = [stage for stage in self.report["stages"] if stage["name"] == "verify"]
        self.assertLess(verify[0]["seconds"], 0.5)

    def test_a_sharing_that_one_order_shows_to_be_wrong_is_undone(self):
        files = self.packages_that_share(FIRST_COME)
        folder = self.built(files, HANDLER, "--no-repair", status=1)
        self.assertEqual(len(self.report["sharing"]), 1)
        self.assertTrue(all(event["match"] for event in self.report["events"]), "in the handler's own order all is well")
        fault = list(self.findings("native-fault").values())
        self.assertEqual(len(fault), 1, self.report["findings"])
        self.assertIn("importing two before one (event train-values: ", fault[0]["message"])
        self.assertFalse((folder / "dist/greeter.zip").exists())
        self.assert_verify_finds_the_same_faults(folder)
        self.built(files, HANDLER)
        self.assertEqual(self.report["sharing"], [])
        libraries = {path for path in files if ".libs/" in path}
        self.assertEqual(set(self.findings("repaired")), libraries)
        told = json.dumps(self.report["findings"])
        self.assertIn("importing two before one", told)
        self.assertIn("until it stayed as it was", told)
        with zipfile.ZipFile(folder / "dist/greeter.zip") as package:
            for path in libraries:
                self.assertEqual(package.read(path), files[path])
        # The line that the finding suggests does the same from the start.
        with open(folder / "lbundle.toml", "a") as project_file:
            project_file.write("\n[shrink]\n" + fault[0]["hint"].partition("[shrink]: ")[2] + "\n")
        self.built(files, HANDLER, "--no-repair")

    def test_a_rewritten_library_that_does_not_load_stays_as_it_was(self):
        files = {"greeting/libself.so": compile_library(self.folder / "c", "greeting/libself.so", SELF_READER),
                 "greeting/libplain.so": compile_library(self.folder / "c", "greeting/libplain.so", "int plain(void) { return 1; }"),
                 # This library cannot be loaded alone, bundled or not.
                 "greeting/liblost.so": compile_library(self.folder / "c", "greeting/liblost.so",
                                                        "int nowhere(void); int lost(void) { return nowhere(); }")}
        handler = "import greeting\n\n\ndef handler(event, context):\n    return greeting.words()\n"
        keep = '\n[prune]\nkeep = ["greeting/*.so"]\n'
        folder = self.built(files, handler, "--no-repair", status=1, settings=keep)
        self.assertEqual(list(self.findings("native-fault")), ["greeting/libself.so"])
        self.assertIn("loading greeting/libself.so (its process ended by signal 6)",
                      self.findings("native-fault")["greeting/libself.so"]["message"])
        self.assert_verify_finds_the_same_faults(folder)
        self.built(files, handler)
        verified = self.run_program("verify", folder / "dist/greeter.zip", cwd=folder)
        self.assertEqual(verified.status, 0, verified)
        self.assertIn("every answer is the same", verified.stdout)
        self.assertEqual(list(self.findings("repaired")), ["greeting/libself.so"])
        message = self.findings("repaired")["greeting/libself.so"]["message"]
        self.assertIn("rewritten without", message)
        with zipfile.ZipFile(folder / "dist/greeter.zip") as package:
            self.assertEqual(package.read("greeting/libself.so"), files["greeting/libself.so"])
            for name in ("libplain", "liblost"):
                path = "greeting/%s.so" % name
                self.assertLess(len(package.read(path)), len(files[path]))

    def test_debug_files_are_where_a_debugger_looks(self):
        symbols = compile_library(self.folder / "c", "greeting/libsymbols.so",
                                  "static int hidden(int x) { return x * 3; } int shown(int x) { return hidden(x) + hidden(2); }",
                                  "-g", "-fno-inline", "-Wl,--build-id=0xabcdef0123456789")
        bare = compile_library(self.folder / "c", "greeting/libbare.so", "int bare(void) { return 1; }", "-s")
        files = {"greeting/libsymbols.so": symbols, "greeting/libbare.so": bare}
        handler = "import greeting\n\n\ndef handler(event, context):\n    return greeting.words()\n"
        folder = self.built(files, handler, "--debug-files", "symbols", settings='\n[prune]\nkeep = ["greeting/*.so"]\n')
        kept = [path for path in (folder / "symbols").rglob("*") if path.is_file()]
        self.assertEqual(kept, [folder / "symbols/.build-id/ab/cdef0123456789.debug"])
        self.assertEqual(kept[0].read_bytes(), symbols)
        with zipfile.ZipFile(folder / "dist/greeter.zip") as package:
            package.extract("greeting/libsymbols.so", self.folder / "out")
        bundled = self.folder / "out/greeting/libsymbols.so"
        self.assertNotIn(b"hidden", bundled.read_bytes())

        def notes(path):
            lines = subprocess.run(["readelf", "-n", path], capture_output=True, text=True, check=True).stdout.splitlines()
            return [line.strip() for line in lines if "Build ID" in line]

        self.assertEqual(notes(bundled), notes(kept[0]))
        self.assertTrue(notes(bundled))
        # Addresses stay those of the original, so that a stack trace of the bundled library is correct for it.
        table = subprocess.run(["nm", kept[0]], capture_output=True, text=True, check=True).stdout.splitlines()
        address = [line.split()[0] for line in table if line.endswith(" hidden")][0]
        line = subprocess.run(["addr2line", "-f", "-e", kept[0], "0x" + address], capture_output=True, text=True, check=True)
        self.assertEqual(line.stdout.splitlines()[0], "hidden")
        if shutil.which("eu-addr2line"):
            line = subprocess.run(["eu-addr2line", "-f", "-e", bundled, "--debuginfo-path=%s" % (folder / "symbols"), "0x" + address],
                                  capture_output=True, text=True, check=True)
            self.assertEqual(line.stdout.splitlines()[0], "hidden", "found by the build-id of the file in the bundle")
        # They are written again from the cache.
        shutil.rmtree(folder / "symbols")
        self.built(files, handler, "--debug-files", "symbols")
        self.assertTrue(kept[0].exists())


if __name__ == "__main__":
    support.main()
