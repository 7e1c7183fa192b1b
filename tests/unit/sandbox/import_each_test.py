"""Tests what imports each module by itself, in a folder and without a sandbox."""
import json
import pathlib
import subprocess
import sys
import tempfile
import time
import unittest

SANDBOX = pathlib.Path(__file__).resolve().parents[3] / "bundler/sandbox"
sys.path.insert(0, str(SANDBOX))

import import_each  # noqa: E402

# Its own process: the handler has an audit hook that cannot be removed.
PROGRAM = """
import json, sys
folder, event = sys.argv[1], json.loads(sys.argv[2])
sys.path[:0] = [folder, %r]
import import_each
import_each.ROOT = folder + "/"
print(json.dumps(import_each.handler(event, None)))
""" % str(SANDBOX)


class ImportEach(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name).resolve()

    def imported(self, modules, own=(), jobs=2, alone=False, seconds=30, all_seconds=60, memory=1 << 30, names=None):
        """Writes the modules, {"a/b.py": text}, and returns the outcome of each, by name."""
        for path, text in modules.items():
            (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / path).write_text(text)
        names = names or sorted(path[:-len(".py")].replace("/__init__", "").replace("/", ".") for path in modules if path.endswith(".py"))
        event = {"modules": names, "own": list(own), "jobs": jobs, "alone": alone, "seconds": seconds, "all_seconds": all_seconds,
                 "memory": memory}
        done = subprocess.run([sys.executable, "-B", "-c", PROGRAM, self.folder, json.dumps(event)], capture_output=True, text=True,
                              check=True, timeout=120)
        self.log = done.stderr
        return dict(zip(names, json.loads(done.stdout), strict=True))

    def test_what_can_be_imported(self):
        outcomes = self.imported({"a/__init__.py": "import a.b\n", "a/b.py": "", "a/c.py": "", "a/deep/d.py": "import a.c\n", "e.py": ""})
        self.assertEqual(outcomes, {"a": 0, "a.b": 0, "a.c": 0, "a.deep.d": 0, "e": 0})

    def test_a_module_does_not_find_what_another_one_did(self):
        files = {"a/__init__.py": "", "a/first.py": "import builtins\nbuiltins.was_first = 1\n", "a/second.py": "was_first\n"}
        self.assertEqual(self.imported(files, jobs=1)["a.second"]["type"], "NameError")

    def test_a_package_is_imported_once(self):
        files = {"a/__init__.py": "open(%r, 'a').write('x')\n" % str(self.folder / "count")}
        files.update({"a/m%d.py" % i: "" for i in range(5)})
        self.assertEqual(set(self.imported(files).values()), {0})
        self.assertEqual((self.folder / "count").read_text(), "x")
        self.imported(files, alone=True)
        self.assertEqual((self.folder / "count").read_text(), "x" * 7)

    def test_below_a_package_that_fails_all_fail(self):
        outcomes = self.imported({"a/__init__.py": "import not_there\n", "a/b.py": "", "a/c/d.py": ""})
        self.assertEqual({name: outcome["names"] for name, outcome in outcomes.items()}, dict.fromkeys(outcomes, ["not_there"]))

    def test_what_an_exception_names(self):
        outcomes = self.imported({
            "a/__init__.py": "", "a/data/x.txt": "",
            "a/module.py": "import a.gone\n",
            "a/attribute.py": "from a import gone\n",
            "a/file.py": "open(__file__.replace('file.py', 'data/gone.txt'))\n",
            "a/chained.py": "try:\n    import a.gone\nexcept ImportError:\n    raise RuntimeError('reinstall')\n",
            "a/library.py": "import ctypes\nctypes.CDLL('libgone.so.3')\n",
            "a/metadata.py": "import importlib.metadata\nimportlib.metadata.version('gone-dist')\n",
            "a/lazy.py": "import a\na.gone.value\n",
            "a/caught.py": "import os\ntry:\n    import a.optional\nexcept ImportError:\n    os.listdir\n"
                           "try:\n    open(os.path.dirname(__file__) + '/data/other.txt')\nexcept OSError:\n    raise KeyError('x') from None\n"})
        self.assertIn("a.gone", outcomes["a.module"]["names"])
        self.assertEqual(outcomes["a.attribute"]["names"][0], "a.gone")
        self.assertEqual(outcomes["a.file"]["files"], ["a/data/gone.txt"])
        self.assertEqual((outcomes["a.chained"]["type"], outcomes["a.chained"]["names"]), ("RuntimeError", ["a.gone"]))
        self.assertEqual(outcomes["a.library"]["files"], ["libgone.so.3"])
        self.assertEqual(outcomes["a.metadata"]["distributions"], ["gone-dist"])
        self.assertEqual(outcomes["a.lazy"]["names"], ["a.gone"])
        self.assertIn("a.optional", outcomes["a.caught"]["asked_names"])
        self.assertIn("a/data/other.txt", outcomes["a.caught"]["asked_files"])

    def test_what_ends_its_process_disturbs_no_other_module(self):
        outcomes = self.imported({
            "a/__init__.py": "", "a/first.py": "", "a/zlast.py": "",
            "a/exits.py": "import os\nos._exit(3)\n",
            "a/dies.py": "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n",
            "a/leaves.py": "import sys\nsys.exit(2)\n",
            "a/closes.py": "import os\nos.closerange(0, 1000)\n",
            "a/forks.py": "import os\nos.fork()\n",
            "a/prints.py": "print('printed')\n",
            "a/reads.py": "import sys\nassert sys.stdin.read() == ''\n",
            "a/threads.py": "import threading, time\nthreading.Thread(target=time.sleep, args=(60,)).start()\n"})
        self.assertEqual(outcomes["a.exits"]["message"], "its process ended with status 3")
        self.assertEqual(outcomes["a.dies"]["message"], "its process ended by signal 9")
        self.assertEqual(outcomes["a.leaves"]["type"], "SystemExit")
        self.assertIn("status 0", outcomes["a.closes"]["message"])
        for name in ("first", "zlast", "forks", "prints", "reads", "threads"):
            self.assertEqual(outcomes["a." + name], 0, name)
        self.assertEqual(self.log, "")

    def test_what_hangs_is_killed(self):
        start = time.monotonic()
        outcomes = self.imported({"a/__init__.py": "", "a/b.py": "", "a/hangs/__init__.py": "import time\ntime.sleep(600)\n", "a/hangs/c.py": "",
                                  "a/z.py": ""}, seconds=2)
        self.assertEqual(outcomes["a.hangs"]["message"], "it was not imported within 2 seconds")
        self.assertEqual(outcomes["a.hangs.c"], outcomes["a.hangs"])
        self.assertEqual((outcomes["a.b"], outcomes["a.z"]), (0, 0))
        self.assertLess(time.monotonic() - start, 100)

    def test_at_the_end_of_all_time_the_rest_is_not_tried(self):
        files = {"a/__init__.py": "", "a/b.py": "import time\ntime.sleep(600)\n", "a/c.py": ""}
        outcomes = self.imported(files, jobs=1, all_seconds=2)
        self.assertEqual(outcomes["a"], 0)
        self.assertIn(None, outcomes.values())

    def test_a_process_that_takes_too_much_memory_is_killed(self):
        files = {"a.py": "import time\nheld = [bytes([1]) * (1 << 20) for _ in range(200)]\ntime.sleep(600)\n", "b.py": ""}
        outcomes = self.imported(files, memory=100 << 20)
        self.assertEqual((outcomes["a"]["message"], outcomes["b"]), ("it needs more than 100 MB", 0))

    def test_own_files_that_were_read(self):
        files = {"settings.py": "X = 1\n", "a/__init__.py": "", "a/plain.py": "", "a/reads/__init__.py": "import settings\n", "a/reads/b.py": "",
                 "a/fails.py": "import settings\nimport gone\n", "a/opens.py": "open(%r)\n" % str(self.folder / "own.txt"), "own.txt": ""}
        outcomes = self.imported(files, own=["settings.py", "own.txt"])
        self.assertTrue(outcomes.pop("a.fails")["own"])
        self.assertEqual(outcomes, {"a": 0, "a.plain": 0, "settings": 1, "a.reads": 1, "a.reads.b": 1, "a.opens": 1})

    def test_what_takes_the_place_of_the_standard_library(self):
        outcomes = self.imported({"random.py": "import gone\n", "a.py": "import tempfile\n"})
        self.assertEqual((outcomes["random"]["names"], outcomes["a"]["names"]), (["gone"], ["gone"]))


class Common(unittest.TestCase):
    def test_no_common_module_brings_a_submodule_that_its_package_does_not(self):
        program = "import sys; before = set(sys.modules); import %s; print(*(name for name in sys.modules if name not in before))"

        def brought_by(name):
            return set(subprocess.run([sys.executable, "-I", "-c", program % name], capture_output=True, text=True, check=True).stdout.split())

        submodules = {name for name in brought_by(", ".join(import_each.COMMON)) if "." in name}
        packages = brought_by(", ".join(sorted({name.partition(".")[0] for name in submodules})) or "sys")
        self.assertEqual(submodules - packages - {"collections.abc", "os.path"}, set())


if __name__ == "__main__":
    unittest.main()
