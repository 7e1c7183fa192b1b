"""Libraries of the system that the runtime lacks, brought along by staging: compiled, copied, from packages, from an image."""
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
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
# The program of provided_test, which answers with the version of expat too.
PROGRAM = provided_test.BOOTSTRAP.replace("void shout(char *text);", "const char *XML_ExpatVersion(void);").replace(
    "shout(line);", 'strcat(line, " by "); strcat(line, XML_ExpatVersion());')
EXPAT = "libexpat.so.1"
EXPAT_STAND_IN = 'const char *XML_ExpatVersion(void) { return "of the test"; }\n'


class SystemLibraryCase(support.Case):
    def compile(self, folder, source, *arguments):
        subprocess.run(["gcc", "-O1", "-x", "c", "-", "-x", "none", *map(str, arguments)], input=source, text=True, check=True,
                       cwd=folder)

    def stand_in(self, soname, source):
        """A library to link against, which never comes into a project."""
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

    def without_machine_copies(self, **more):
        """An environment in which this machine has neither a list of its libraries nor apt: what is left is to compile."""
        raise NotImplementedError

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


if __name__ == "__main__":
    support.main()
