"""Where a function's own files come from: folders at their place, links, and what a command makes before staging."""
import os
import zipfile

import support

BAD_USAGE = 2
COULD_NOT = 3

PYTHON = """[function]
name = "words"
handler = "handler.handler"
runtime = "python3.11"
%s

[[event]]
files = "events/*.json"

[sandbox]
cold_starts = 0
%s"""
NODE = PYTHON.replace('"handler.handler"', '"index.handler"').replace("python3.11", "nodejs22.x")
HANDLER = "from common.words import WORDS\n\n\ndef handler(event, context):\n    return WORDS[event['n']]\n"
SHARED = {"shared/common/__init__.py": "", "shared/common/words.py": "WORDS = ['good', 'day']\n"}
EVENT = {"events/a.json": '{"n": 1}'}


class SourceCase(support.Case):
    def make(self, files):
        """Writes `files` below a folder that is a repository; returns the function's folder in it."""
        support.write_tree(self.folder, {".git/HEAD": "", **files})
        return self.folder / "fn"

    def bundled(self, folder, name="words"):
        with zipfile.ZipFile(folder / ("dist/%s.zip" % name)) as bundle:
            return {path: bundle.read(path) for path in bundle.namelist()}

    def codes(self, finished):
        return [finding["code"] for finding in finished.json["findings"]]


class Folders(SourceCase):
    def python(self, keys="", tables="", **more):
        files = {"fn/lbundle.toml": PYTHON % (keys, tables), "fn/handler.py": HANDLER}
        return self.make({**files, **SHARED, **{"fn/" + path: text for path, text in EVENT.items()}, **more})

    def test_a_folder_at_its_place(self):
        folder = self.python(tables='[[source]]\nfrom = "../shared/common"\nto = "common"\n')
        finished = self.build(folder, "--format", "json")
        self.assertTrue(finished.json["events"][0]["match"])
        self.assertIn("common/words.pyc", self.bundled(folder))
        # An edit there is staged again, although it is outside of the project's folder.
        (self.folder / "shared/common/words.py").write_text("WORDS = ['good', 'night']\n")
        self.run_ok("stage", cwd=folder)
        self.assertIn("night", (folder / ".lbundle/staged/common/words.py").read_text())
        (self.folder / "shared/common/more.py").write_text("MORE = 1\n")
        self.run_ok("stage", cwd=folder)
        self.assertTrue((folder / ".lbundle/staged/common/more.py").exists())

    def test_a_folder_that_would_lie_flat(self):
        folder = self.python('source = ["handler.py", "../shared/common/**"]')
        finished = self.run_program("build", cwd=folder)
        self.assert_refused(finished, BAD_USAGE, 'from = "../shared/common" and to = "common"')

    def test_two_sources_of_one_path(self):
        folder = self.python(tables='[[source]]\nfrom = "../shared/common"\nto = "common"\n', **{"fn/common/words.py": "WORDS = []\n"})
        finished = self.run_program("build", cwd=folder)
        self.assert_refused(finished, BAD_USAGE, "common/words.py", "the project's folder", '[[source]] from = "../shared/common"')

    def test_a_linked_folder(self):
        for keys in ("", 'source = ["*.py", "common/**/*.py"]'):
            with self.subTest(keys):
                folder = self.python(keys)
                if not (folder / "common").exists():
                    os.symlink("../shared/common", folder / "common")
                self.build(folder)
                self.assertIn("common/words.pyc", self.bundled(folder))

    def test_a_link_that_goes_round(self):
        folder = self.python(**{"fn/common/__init__.py": "", "fn/common/words.py": SHARED["shared/common/words.py"]})
        os.symlink("..", folder / "common/up")
        self.build(folder)
        self.assertEqual([path for path in self.bundled(folder) if "up/" in path], [])

    def test_a_link_that_leaves_the_repository(self):
        folder = self.python()
        outside = self.temporary / "outside"
        outside.mkdir()
        self.addCleanup(outside.rmdir)
        os.symlink(outside, folder / "common")
        finished = self.run_program("build", cwd=folder)
        self.assert_refused(finished, BAD_USAGE, "it is a link to the folder", "[[source]]")

    def test_a_dangling_link(self):
        folder = self.python('source = ["**/*.py"]')
        (folder / "handler.py").write_text("def handler(event, context):\n    return 1\n")
        os.symlink("../gone", folder / "common")
        self.assertIn("dangling-link", self.codes(self.build(folder, "--format", "json")))

    def test_an_own_import_that_leads_nowhere(self):
        folder = self.python(**{"fn/app/__init__.py": "", "fn/app/views.py": "from .rates import VAT\n"})
        (folder / "handler.py").write_text("def handler(event, context):\n    if event['n'] > 5:\n        from app import views\n"
                                           "    return 1\n")
        finished = self.build(folder, "--format", "json")
        missing = [each for each in finished.json["findings"] if each["code"] == "own-import-missing"]
        self.assertEqual([each["path"] for each in missing], ["app/views.py"], finished)


class NodeFolders(SourceCase):
    INDEX = "exports.handler = async (event) => (event.tax ? require('./shared/tax').tax(event.tax) : 1);\n"

    def test_a_linked_folder(self):
        folder = self.make({"fn/lbundle.toml": NODE % ('source = ["**/*.js"]', ""), "fn/index.js": self.INDEX,
                            "fn/events/a.json": "{}", "shared/tax.js": "exports.tax = (x) => x * 2;\n"})
        os.symlink("../shared", folder / "shared")
        finished = self.build(folder, "--format", "json")
        self.assertIn("shared/tax.js", self.bundled(folder))
        self.assertNotIn("own-import-missing", self.codes(finished))

    def test_a_require_that_leads_nowhere(self):
        folder = self.make({"fn/lbundle.toml": NODE % ('source = ["*.js"]', ""), "fn/events/a.json": "{}",
                            "fn/index.js": self.INDEX + "try { require('./optional'); } catch {}\n"})
        finished = self.build(folder, "--format", "json")
        missing = [each for each in finished.json["findings"] if each["code"] == "own-import-missing"]
        self.assertEqual(len(missing), 1, finished)
        self.assertIn("index.js:1 loads './shared/tax'", missing[0]["message"])


class Commands(SourceCase):
    SCRIPT = ("import pathlib, sys\nmade = pathlib.Path('build')\nmade.mkdir()\n"
              "text = pathlib.Path('src/app.txt').read_text()\n"
              "(made / 'app.py').write_text('def handler(event, context):\\n    return %r\\n' % text)\n"
              "pathlib.Path('litter').write_text('')\n")
    # The text is unique, so that the cache does not have what the command makes of it.
    TABLE = '[stage]\ncommand = "%s"\ninputs = ["src/**", "make.py"]\noutputs = ["build/*.py"]\n%s'

    def make_project(self, command="python3 make.py", more="", script=SCRIPT):
        project_file = PYTHON.replace("handler.handler", "build/app.handler") % ('source = ["build/**"]', self.TABLE % (command, more))
        return self.make({"fn/lbundle.toml": project_file, "fn/src/app.txt": "one " + os.urandom(8).hex(), "fn/make.py": script, "fn/events/a.json": "{}",
                          "fn/build/stale.py": "# from an earlier run\n"})

    def test_what_it_makes_is_bundled(self):
        folder = self.make_project()
        before = support.snapshot(folder, without=support.OUTPUTS)
        first = self.build(folder, "-v")
        self.assertIn("`python3 make.py` runs", first.stderr)
        self.assertEqual([path for path in self.bundled(folder) if path.startswith("build/")], ["build/app.pyc"])
        self.assert_untouched(folder, before)
        # Inputs alone decide whether it runs again.
        (folder / "events/b.json").write_text("{}")
        self.assertNotIn("make.py` runs", self.build(folder, "-v").stderr)
        (folder / "src/app.txt").write_text("two")
        self.assertIn("make.py` runs", self.run_ok("stage", "-v", cwd=folder).stderr)
        self.assertIn("two", (folder / ".lbundle/staged/build/app.py").read_text())

    def test_it_can_be_placed(self):
        folder = self.make_project()
        text = (folder / "lbundle.toml").read_text().replace("build/app.handler", "app.handler").replace('source = ["build/**"]', "")
        (folder / "lbundle.toml").write_text(text + '\n[[source]]\nfrom = "build"\nto = "."\n')
        self.run_ok("stage", cwd=folder)
        self.assertTrue((folder / ".lbundle/staged/app.py").exists())
        self.assertFalse((folder / ".lbundle/staged/build").exists())

    def test_a_failure_shows_the_end_of_its_output(self):
        folder = self.make_project(script="import sys\nprint('cannot find the template')\nsys.exit(4)\n")
        finished = self.run_program("build", cwd=folder)
        self.assert_refused(finished, COULD_NOT, "cannot run 'python3 make.py'", "exit status 4", "cannot find the template", "hint: ")

    def test_it_has_no_network_unless_it_is_given(self):
        script = ("import socket, pathlib\npathlib.Path('build').mkdir()\n"
                  "names = [name for _, name in socket.if_nameindex()]\n"
                  "pathlib.Path('build/app.py').write_text('NAMES = %r\\ndef handler(event, context):\\n    return 1\\n' % names)\n")
        folder = self.make_project(script=script)
        self.run_ok("stage", cwd=folder)
        self.assertIn("NAMES = ['lo']", (folder / ".lbundle/staged/build/app.py").read_text())

    def test_outputs_that_are_not_made(self):
        folder = self.make_project(command="true")
        finished = self.run_program("build", cwd=folder)
        self.assert_refused(finished, COULD_NOT, "build/*.py", "made no file that matches it")


if __name__ == "__main__":
    support.main()
