"""When a function asks for a dropped file, one line in its log says so; nothing else changes."""
import json
import subprocess
import sys
import zipfile

import support

HANDLER = '''"""The handler's own text."""
from __future__ import annotations
import importlib, importlib.metadata, os, pkgutil, shutil, sys, traceback
HERE = os.path.dirname(os.path.abspath(__file__))


def handler(event, context):
    what, name = event.get("do"), event.get("name")
    if what == "import":
        importlib.import_module(name)
    if what == "optional":
        try:
            importlib.import_module(name)
        except ImportError as error:
            return [type(error).__name__, error.name]
    if what == "open":
        return len(open(os.path.join(HERE, name)).read())
    if what == "list":
        return sorted(os.listdir(os.path.join(HERE, name)))
    if what == "walk":
        return sorted(entry.name for entry in os.scandir(os.path.join(HERE, name)))
    if what == "exists":
        return os.path.exists(os.path.join(HERE, name))
    if what == "data":
        return pkgutil.get_data(*name.split(":")).decode()
    if what == "plugins":
        return [entry.name for entry in importlib.metadata.entry_points(group=name)]
    if what == "remove":
        return shutil.rmtree.avoids_symlink_attacks
    if what == "version":
        return importlib.metadata.version(name)
    if what == "self":
        return [sorted(globals()), __doc__, annotations.compiler_flag > 0, handler.__code__.co_firstlineno,
                handler.__module__, [f.lineno for f in traceback.extract_stack()][-1]]
    import greeting
    return greeting.words()[1]
'''

PROJECT = support.PROJECT_FILE + """
[[event]]
files = "events/unseen-*.json"
verify_only = true
"""

GREETING = dict(support.GREETING)
GREETING["greeting/unused.txt"] = "x" * 100
GREETING["greeting/deep/__init__.py"] = "VALUE = 1\n"
GREETING["greeting/space/inside.py"] = "VALUE = 2\n"


class Loud(support.Case):
    def loud_project(self, events, project_file=PROJECT, handler=HANDLER):
        folder = self.project(project_file=project_file, handler=handler,
                              events={"train-word": {}, **{"unseen-" + name: event for name, event in events.items()}})
        support.make_wheel(folder / "wheels", "greeting", "1.0", GREETING)
        support.make_wheel(folder / "wheels", "other", "2.0", {"other.py": "VALUE = 3\n",
                                                                 "other-2.0.dist-info/entry_points.txt": "[console_scripts]\no = other:o\n[greet]\no = other:o\n"})
        (folder / "requirements.txt").write_text("--no-index\n--find-links wheels\ngreeting==1.0\nother==2.0\n")
        return folder

    def differences(self, events, **options):
        """Returns, for each unseen event, what the bundle did differently."""
        folder = self.loud_project(events, **options)
        finished = self.run_program("build", "--no-repair", "--format", "json", cwd=folder)
        self.assertIn(finished.status, (0, 1), finished)
        self.findings = [finding for finding in finished.json["findings"] if finding["code"] == "dropped-asked-for"]
        return {event["name"]: event.get("differences", []) for event in finished.json["events"]}, folder

    def test_each_way_of_asking(self):
        found, _ = self.differences({
            "module": {"do": "import", "name": "greeting.unused"},
            "package": {"do": "import", "name": "greeting.deep"},
            "namespace": {"do": "import", "name": "greeting.space.inside"},
            "optional": {"do": "optional", "name": "greeting.unused"},
            "distribution": {"do": "import", "name": "other"},
            "version": {"do": "version", "name": "other"},
            "file": {"do": "open", "name": "greeting/unused.txt"}})
        self.assertEqual(found["train-word"], [])
        self.assertEqual(found["unseen-module"][1:], [
            'new on stderr: lbundle dropped greeting/unused.py (no event used it): keep = ["greeting/unused.py"]'])
        self.assertIn("No module named 'greeting.unused'", found["unseen-module"][0])
        self.assertIn('new on stderr: lbundle dropped greeting/deep/__init__.py (no event used it): '
                      'keep = ["greeting/deep/**"]', found["unseen-package"])
        self.assertIn('new on stderr: lbundle dropped greeting/space/inside.py (no event used it): '
                      'keep = ["greeting/space/**"]', found["unseen-namespace"])
        self.assertIn('new on stderr: lbundle dropped other.py (no event used other): keep = ["other.py"]',
                      found["unseen-distribution"])
        self.assertIn('new on stderr: lbundle dropped other-2.0.dist-info/METADATA (no event used other): '
                      'keep = ["other-2.0.dist-info/**"]', found["unseen-version"])
        self.assertIn("PackageNotFoundError", found["unseen-version"][0])
        self.assertIn('new on stderr: lbundle dropped greeting/unused.txt (no event used it): keep = ["greeting/unused.txt"]',
                      found["unseen-file"])
        self.assertIn("FileNotFoundError", found["unseen-file"][0])
        # An optional import behaves as if the package were absent, and one line says so.
        self.assertIn('["ModuleNotFoundError","greeting.unused"]', found["unseen-optional"][0].replace(" ", ""))
        self.assertEqual(len(found["unseen-optional"]), 2, found["unseen-optional"])
        self.assertEqual([finding["path"] for finding in self.findings], [
            "greeting/deep/__init__.py", "greeting/space/inside.py", "greeting/unused.py", "greeting/unused.txt",
            "other-2.0.dist-info/METADATA", "other.py"])

    def test_each_way_of_listing(self):
        found, _ = self.differences({
            "list": {"do": "list", "name": "greeting"}, "walk": {"do": "walk", "name": "greeting/deep/.."},
            "data": {"do": "data", "name": "greeting:unused.txt"}, "plugins": {"do": "plugins", "name": "greet"},
            "others": {"do": "plugins", "name": "console_scripts"}, "root": {"do": "list", "name": "."}, "remove": {"do": "remove"}})
        line = ('new on stderr: lbundle dropped greeting/unused.py (its folder is listed; dropped with 1 more; no event used it): '
                'keep = ["greeting/**"], and under [shrink]: untouched = ["greeting/*.py"]')
        self.assertEqual(found["unseen-list"][1:], [line])
        self.assertIn("unused.txt", found["unseen-list"][0])
        self.assertIn('new on stderr: lbundle dropped greeting/unused.txt (no event used it): keep = ["greeting/unused.txt"]',
                      found["unseen-data"])
        self.assertIn('new on stderr: lbundle dropped other-2.0.dist-info/entry_points.txt (it has entry points of greet; no event '
                      'used other): keep = ["other-2.0.dist-info/entry_points.txt"]', found["unseen-plugins"])
        for name in ("others", "root"):
            self.assertFalse([each for each in found["unseen-" + name] if "lbundle dropped" in each], found)
        self.assertEqual(found["unseen-remove"], [])

    def test_each_way_of_looking(self):
        found, _ = self.differences({"file": {"do": "exists", "name": "greeting/unused.txt"}, "folder": {"do": "exists", "name": "greeting/space"},
                                     "source": {"do": "exists", "name": "greeting/words.py"}, "never": {"do": "exists", "name": "greeting/x"}})
        self.assertIn('new on stderr: lbundle dropped greeting/unused.txt (no event used it): keep = ["greeting/unused.txt"]',
                      found["unseen-file"])
        self.assertIn('new on stderr: lbundle dropped greeting/space/inside.py (its folder is asked for; no event used it): '
                      'keep = ["greeting/space/**"]', found["unseen-folder"])
        self.assertIn('new on stderr: lbundle dropped greeting/words.py (its bytecode takes its place): '
                      'untouched = ["greeting/words.py"] under [shrink]', found["unseen-source"])
        self.assertEqual(found["unseen-never"], [])
        hints = {finding["path"]: finding["hint"] for finding in self.findings}
        self.assertEqual(hints["greeting/words.py"], 'untouched = ["greeting/words.py"] under [shrink]')

    def test_a_listing_of_sources(self):
        """`keep` alone does not silence the report, because it does not cure; the two lines that are printed do."""
        def events_of(settings):
            return self.differences({"list": {"do": "sources", "name": "greeting"}}, project_file=PROJECT + settings,
                                    handler=HANDLER.replace('    if what == "data"', '    if what == "sources":\n        return [n for n in sorted('
                                                            'os.listdir(os.path.join(HERE, name))) if n.endswith(".py")]\n    if what == "data"'))[0]
        found = events_of('\n[prune]\nkeep = ["greeting/**"]\n')
        self.assertIn('untouched = ["greeting/*.py"] under [shrink]', found["unseen-list"][-1])
        self.assertEqual([finding["hint"] for finding in self.findings], ['untouched = ["greeting/*.py"] under [shrink]'])
        found = events_of('\n[prune]\nkeep = ["greeting/**"]\n[shrink]\nuntouched = ["greeting/*.py"]\n')
        self.assertEqual((found["unseen-list"], self.findings), ([], []))

    def test_a_caught_import_is_told_and_no_difference(self):
        handler = HANDLER.replace("return [type(error).__name__, error.name]", "pass")
        folder = self.loud_project({"optional": {"do": "optional", "name": "greeting.unused"}}, handler=handler)
        finished = self.build(folder, "--format", "json")
        told = [finding for finding in finished.json["findings"] if finding["code"] == "dropped-asked-for"]
        self.assertEqual([(finding["severity"], finding["path"], finding["hint"]) for finding in told],
                         [("warning", "greeting/unused.py", 'keep = ["greeting/unused.py"]')])
        self.assertIn("event unseen-optional asked for greeting/unused.py", told[0]["message"])

    def test_a_rule_is_named_with_its_line(self):
        folder = self.loud_project({"module": {"do": "import", "name": "greeting.unused"}},
                                   project_file=PROJECT + '\n[prune]\ndrop = ["greeting/unused.py"]\n')
        finished = self.run_program("build", "--no-repair", "--format", "json", cwd=folder)
        text = json.dumps(finished.json["events"])
        self.assertIn("lbundle dropped greeting/unused.py (dropped by 'greeting/unused.py'; lbundle.toml:", text)

    def test_nothing_else_changes(self):
        found, _ = self.differences({"self": {"do": "self"}, "absent": {"do": "optional", "name": "simplejson_x"},
                                     "never-there": {"do": "optional", "name": "greeting.never"}})
        self.assertEqual(found, {name: [] for name in found})
        self.assertEqual(len(found), 4)

    def test_every_form_of_the_handler(self):
        for form in ("unchecked", "source"):
            found, _ = self.differences({"self": {"do": "self"}, "module": {"do": "import", "name": "greeting.unused"}},
                                        project_file=PROJECT + '\n[shrink]\nbytecode = "%s"\n' % form)
            self.assertEqual(found["unseen-self"], [], form)
            self.assertTrue(any("lbundle dropped greeting/unused.py" in line for line in found["unseen-module"]), form)

    def test_it_can_be_switched_off(self):
        found, folder = self.differences({"module": {"do": "import", "name": "greeting.unused"}},
                                         project_file=PROJECT + "\n[prune]\nloud = false\n")
        self.assertEqual(len(found["unseen-module"]), 1, found)
        with zipfile.ZipFile(folder / ".lbundle/rejected/greeter.zip") as package:
            self.assertFalse([name for name in package.namelist() if "_lbundle" in name])

    def test_what_it_costs(self):
        folder = self.loud_project({"word": {}})
        self.build(folder)
        tree = self.folder / "unpacked"
        with zipfile.ZipFile(folder / "dist/greeter.zip") as package:
            package.extractall(tree)
            size = sum(entry.compress_size for entry in package.infolist() if "_lbundle" in entry.filename)
        timing = ("import sys, time, io, os, functools; sys.path.insert(0, %r); t = time.perf_counter(); "
                  "import _lbundle_dropped; print(time.perf_counter() - t)" % str(tree))
        seconds = min(float(subprocess.run([sys.executable, "-c", timing], capture_output=True, text=True, check=True).stdout)
                      for _ in range(5))
        print("%d bytes in the zip, %.2f ms at a cold start" % (size, seconds * 1000))
        self.assertLess(size, 16000)


if __name__ == "__main__":
    support.main()
