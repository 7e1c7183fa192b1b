"""Tests the form of all embedded Python: each module imports by itself, has the syntax of the oldest Python, and runs by its name."""
import ast
import pathlib
import subprocess
import sys
import tempfile
import unittest

from embedded import OLDEST, PACKAGE, ROOT, embedded_files, importable

# Prints what the import changed for others: hooks, limits, the collector, the profiler.
IMPORT_ALONE = """
import builtins, gc, importlib, os, sys
sys.path.insert(0, sys.argv[1])
before = (sys.getrecursionlimit(), gc.isenabled(), sys.getprofile(), builtins.open, os.listdir, sys.meta_path[:])
importlib.import_module(sys.argv[2])
after = (sys.getrecursionlimit(), gc.isenabled(), sys.getprofile(), builtins.open, os.listdir, sys.meta_path[:])
assert before == after, (before, after)
"""


def run_module(*words, **options):
    return subprocess.run([sys.executable, "-I", "-S", "-B", str(PACKAGE), *words], capture_output=True, text=True, **options)


class Package(unittest.TestCase):
    def test_there_is_something_to_test(self):
        names = {file.name for file in embedded_files()}
        self.assertLessEqual({"reach.py", "driver.py", "dropped_notice.py", "loader.py", "magic.py"}, names)

    def test_each_module_imports_by_itself_and_changes_nothing(self):
        for folder, name in importable():
            with self.subTest(name):
                end = subprocess.run([sys.executable, "-I", "-S", "-B", "-c", IMPORT_ALONE, str(folder), name],
                                     capture_output=True, text=True)
                self.assertEqual((end.returncode, end.stdout, end.stderr), (0, "", ""))

    def test_the_syntax_is_that_of_the_oldest_python(self):
        for file in embedded_files():
            with self.subTest(str(file.relative_to(ROOT))):
                ast.parse(file.read_bytes(), str(file), feature_version=OLDEST)

    def test_every_program_has_main(self):
        """A module that no other one imports is a program."""
        sources = {file.stem: ast.parse(file.read_bytes()) for file in PACKAGE.glob("*.py")}
        imported = {"__init__"}
        for source in sources.values():
            for node in ast.walk(source):
                if isinstance(node, ast.ImportFrom) and node.module == "lbundle_scripts":
                    imported.update(alias.name for alias in node.names)
                elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("lbundle_scripts."):
                    imported.add(node.module.partition(".")[2])
        for name in sources.keys() - imported:
            functions = [node for node in sources[name].body if isinstance(node, ast.FunctionDef) and node.name == "main"]
            with self.subTest(name):
                self.assertEqual(len(functions), 1)

    def test_a_program_runs_by_its_name(self):
        end = run_module("describe_interpreter")
        self.assertEqual(end.stderr, "")
        self.assertEqual(end.stdout.splitlines()[0], "%d.%d.%d" % sys.version_info[:3])

    def test_the_result_of_main_is_the_exit_status(self):
        end = run_module("describe_pip", "99.0")
        self.assertEqual((end.returncode, end.stderr), (1, "this Python is older than 99.0\n"))

    def test_modules_do_not_hide_those_of_others(self):
        with tempfile.TemporaryDirectory() as folder:
            program = pathlib.Path(folder, "program.py")
            program.write_text("def main(arguments):\n    import reach\n")
            end = run_module("run_file", str(program))
        self.assertIn("No module named 'reach'", end.stderr)

    def test_an_unknown_program_is_an_error(self):
        end = run_module("no_such_program")
        self.assertEqual(end.returncode, 1)
        self.assertIn("No module named 'lbundle_scripts.no_such_program'", end.stderr)


if __name__ == "__main__":
    unittest.main()
