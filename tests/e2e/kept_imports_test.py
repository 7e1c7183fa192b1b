"""Every Python module of a bundle is imported by itself: what fails only in the bundle is repaired, or is an error."""
import zipfile

import support

# At this level only what an event used is kept, and what the globs name.
SETTINGS = """
[prune]
level = "trace"
keep = [%s]
"""

KEPT = {
    "needs_module": "import greeting.more\n",
    "needs_file": "import os\nCODES = open(os.path.join(os.path.dirname(__file__), 'codes', 'points.txt')).read()\n",
    # No exception says what is missing.
    "exits_without_file": "import os\nif not os.path.exists(os.path.join(os.path.dirname(__file__), 'codes', 'shapes.txt')):\n"
                          "    os._exit(3)\n",
    "needs_folder": "import greeting.words_of_places\n",
    "optional": "import nowhere_installed\n",
    "exits": "import os\nprint('not in the answer')\nos._exit(3)\n",
    "dies": "import os\nimport signal\nos.kill(os.getpid(), signal.SIGKILL)\n",
    "asks": "import sys\nprint(sys.stdin.read())\nsys.exit('no arguments')\n",
}
GREETING = dict(support.GREETING)
GREETING.update({"greeting/%s.py" % name: text for name, text in KEPT.items()})
GREETING.update({"greeting/more.py": "VALUE = 1\n", "greeting/codes/points.txt": "1\n", "greeting/codes/shapes.txt": "2\n",
                 "greeting/words_of_places/here.txt": "here\n", "greeting/words_of_places/there.txt": "there\n"})
FAILING_IN_BOTH = 4
BROKEN = {"greeting/needs_module.pyc": "greeting/more.py", "greeting/needs_file.pyc": "greeting/codes/points.txt",
          "greeting/exits_without_file.pyc": "greeting/codes/shapes.txt", "greeting/needs_folder.pyc": "greeting/words_of_places"}


class KeptImports(support.Case):
    def made(self, settings):
        folder = self.project(events={"train-word": {"n": 0}}, project_file=support.PROJECT_FILE + settings)
        support.make_wheel(folder / "wheels", "greeting", "1.0", GREETING)
        return folder

    def settings_that_keep(self, *names):
        return SETTINGS % ", ".join('"greeting/%s.py"' % name for name in names)

    def built(self, folder, *arguments, status=0):
        finished = self.run_program("build", "--format", "json", "-v", *arguments, cwd=folder)
        self.assertEqual(finished.status, status, finished)
        self.assert_no_leftovers(folder)
        return finished

    def findings(self, finished, code):
        return {finding["path"]: finding for finding in finished.json["findings"] if finding["code"] == code}

    def names(self, folder):
        with zipfile.ZipFile(folder / "dist/greeter.zip") as package:
            return set(package.namelist())

    def test_what_fails_only_in_the_bundle_is_an_error_and_is_repaired(self):
        folder = self.made(self.settings_that_keep(*KEPT))
        finished = self.built(folder, "--no-repair", status=1)
        self.assertTrue(all(event["match"] for event in finished.json["events"]), "no event imports the modules")
        found = self.findings(finished, "kept-broken")
        self.assertEqual(set(found), set(BROKEN), finished)
        for path, lacking in BROKEN.items():
            self.assertEqual(found[path]["severity"], "error")
            self.assertIn("it lacks %s (dropped: " % lacking, found[path]["message"])
            self.assertIn('keep = ["%s%s"]' % (lacking, "" if "." in lacking else "/**"), found[path]["hint"])
        self.assertIn("No module named 'greeting.more'", found["greeting/needs_module.pyc"]["message"])
        self.assertIn("ended with status 3", found["greeting/exits_without_file.pyc"]["message"])
        self.assertFalse((folder / "dist/greeter.zip").exists())
        imports = finished.json["imports"]
        self.assertEqual((imports["failing_in_both"], imports["failing_in_bundle"]), (FAILING_IN_BOTH, len(BROKEN)))
        self.assertEqual(imports["checked"], len(KEPT) + len(["handler", "greeting", "greeting.words"]))
        verified = self.run_program("verify", folder / ".lbundle/rejected/greeter.zip", "--format", "json", cwd=folder)
        self.assertEqual((verified.status, set(self.findings(verified, "kept-broken"))), (1, set(BROKEN)), verified)

        finished = self.built(folder)
        self.assertEqual(self.findings(finished, "kept-broken"), {})
        self.assertLessEqual({"greeting/more.pyc", "greeting/codes/points.txt", "greeting/codes/shapes.txt",
                              "greeting/words_of_places/here.txt", "greeting/words_of_places/there.txt"}, self.names(folder))
        self.assertNotIn("greeting/unused.pyc", self.names(folder))
        repaired = self.findings(finished, "repaired")
        self.assertIn("import of greeting.needs_module failed without it", repaired["greeting/more.py"]["message"])
        self.assertIn("import of greeting.exits_without_file failed", repaired["greeting/codes/shapes.txt"]["message"])
        self.assertEqual(finished.json["imports"]["failing_in_bundle"], 0)

    def test_a_drop_of_the_users_own_is_a_warning(self):
        folder = self.made('\n[prune]\nkeep = ["greeting/needs_module.py"]\ndrop = ["greeting/**/more*"]\n')
        finished = self.built(folder)
        self.assertNotIn("greeting/more.pyc", self.names(folder))
        finding = self.findings(finished, "kept-broken")["greeting/needs_module.pyc"]
        self.assertEqual(finding["severity"], "warning")
        self.assertIn("it lacks greeting/more.py, which 'greeting/**/more*' drops (lbundle.toml:", finding["message"])
        self.assertEqual(self.findings(finished, "repaired"), {})

    def test_an_edit_of_the_handler_imports_only_what_reads_it(self):
        folder = self.made(self.settings_that_keep("optional", "exits"))
        self.assertIn("imports 5 of 5 modules", self.built(folder).stderr)
        self.assertNotIn("modules by themselves", self.built(folder).stderr)
        with open(folder / "handler.py", "a") as handler:
            handler.write("\n\nANOTHER = 1\n")
        # The handler, and the module whose process ended and may have read anything.
        self.assertIn("imports 2 of 5 modules", self.built(folder).stderr)


if __name__ == "__main__":
    support.main()
