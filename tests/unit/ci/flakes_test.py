"""ci/flakes on small repositories: which files it looks at, what it finds and what it accepts."""
import importlib.machinery
import importlib.util
import pathlib
import subprocess
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).resolve().parents[3] / "ci/flakes"
loader = importlib.machinery.SourceFileLoader("flakes", str(SCRIPT))
flakes = importlib.util.module_from_spec(importlib.util.spec_from_loader("flakes", loader))
loader.exec_module(flakes)


class Flakes(unittest.TestCase):
    def complaints(self, **files):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            subprocess.run(["git", "init", "--quiet", folder], check=True)
            (root / ".gitignore").write_text("ignored*\n")
            for name, text in files.items():
                (root / name.replace("_py", ".py")).write_text(text)
            return flakes.complaints(root)

    def test_a_name_that_another_file_defines(self):
        self.assertEqual(self.complaints(a_py="print(NAME)\n"), ["a.py:1:7: undefined name 'NAME'"])

    def test_a_script_without_an_ending(self):
        self.assertEqual(self.complaints(script="#!/usr/bin/env python3\nimport os\n"), ["script:2:1: 'os' imported but unused"])

    def test_a_line_that_accepts_it(self):
        self.assertEqual(self.complaints(a_py="import os  # noqa: F401\n"), [])

    def test_a_file_that_does_not_parse(self):
        self.assertEqual(len(self.complaints(a_py="def (:\n")), 1)

    def test_what_git_ignores_and_what_is_no_python(self):
        self.assertEqual(self.complaints(a_py="", ignored_py="import os\n", shell="#!/bin/sh\nimport os\n"), [])

    def test_nothing_to_look_at_is_a_fault(self):
        self.assertEqual(self.complaints(), ["git lists no Python file"])


if __name__ == "__main__":
    unittest.main()
