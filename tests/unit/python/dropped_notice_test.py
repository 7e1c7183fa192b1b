"""The module that reports dropped files: it speaks wherever one is asked for, and changes nothing else."""
import io
import os
import random
import subprocess
import sys
import tempfile
import textwrap
import types
import unittest

SOURCE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../bundler/python/dropped_notice.py")
NOTICE = open(SOURCE, encoding="utf-8").read()

TABLE = """!alone/kept.pyc\t
=0\tno event used it
old/gone.pyc\t0
p.libs/libgone-1a2b3c4d.so.1\t0
p/deep/table.json\t0
p/gone.py\t0
p/gone.txt\t0
p/plug/one.py\t0
p/plug/two.py\t0
"""
GONE_TEXT = 'lbundle dropped p/gone.txt (no event used it): keep = ["p/gone.txt"]'


class Notice(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = os.path.join(os.path.realpath(folder.name), "task")  # ROOT of the code, with a slash at its end
        for path in ("p/here.txt", "p/sub/here.txt", "p/__init__.pyc", "p/there.pyc", "alone/kept.pyc", "only/data.txt"):
            self.put(path, "")
        self.put("p/__init__.py", "")
        self.put("_lbundle_dropped.txt", TABLE)
        self.put("_lbundle_dropped.py", NOTICE + "\ninstall(frozenset(('p', 'old')))\n")

    def put(self, path, text):
        path = os.path.join(self.root, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    def run_code(self, code, with_notice=True, before=""):
        """Returns what the code prints, and the lines of the notice."""
        start = "import sys\nROOT = %r\nsys.path.insert(0, ROOT[:-1])\n%s\n" % (self.root + "/", before)
        start += "import _lbundle_dropped\n" if with_notice else "\n"
        path = os.path.join(os.path.dirname(self.root), "main.py")
        with open(path, "w", encoding="utf-8") as file:
            file.write(start + textwrap.dedent(code))
        done = subprocess.run([sys.executable, "-I", path], capture_output=True, text=True, cwd=self.root, timeout=60)
        lines = done.stderr.splitlines()
        notices = [line for line in lines if line.startswith("lbundle dropped ")]
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(lines, notices, done.stderr)
        return done.stdout, notices

    def notices(self, code, **options):
        return self.run_code(code, **options)[1]

    def test_each_look_at_a_file(self):
        for look in ("os.path.exists(ROOT + '/p/gone.txt')", "os.path.isfile(ROOT + '/p/gone.txt')", "os.path.isdir('p/gone.txt')",
                     "os.path.lexists('p/gone.txt')", "os.access(ROOT + '/p/gone.txt', os.R_OK)", "os.path.exists(b'p/gone.txt')",
                     "pathlib.Path(ROOT, 'p', 'gone.txt').exists()", "pathlib.Path('p/gone.txt').is_file()",
                     "os.path.islink('p/../p/gone.txt')", "(resources.files('p') / 'gone.txt').is_file()"):
            for before in ("", "import glob, pathlib"):
                out, notices = self.run_code("import os, pathlib\nfrom importlib import resources\nprint(%s)\n" % look, before=before)
                self.assertEqual((out, notices), ("False\n", [GONE_TEXT]), (look, before))

    def test_a_folder_that_is_asked_for(self):
        line = 'lbundle dropped p/deep/table.json (its folder is asked for; no event used it): keep = ["p/deep/**"]'
        for look in ("os.path.isdir('p/deep')", "os.path.exists(ROOT + '/p/deep/')", "os.access('p/deep', os.R_OK)"):
            self.assertEqual(self.notices("import os\n%s\n" % look), [line], look)
        self.assertEqual(self.notices("import os\ntry:\n    os.listdir('p/deep')\nexcept OSError:\n    pass\n"), [line])

    def test_each_listing(self):
        line = ('lbundle dropped p/plug/one.py (its folder is listed; dropped with 1 more; no event used it): '
                'keep = ["p/plug/**"], and under [shrink]: untouched = ["p/plug/*.py"]')
        self.put("p/plug/kept.pyc", "")
        for listing in ("os.listdir('p/plug')", "list(os.walk('p'))", "glob.glob('p/plug/*.py')", "list(pathlib.Path('p/plug').iterdir())",
                        "list(pathlib.Path('p').rglob('*.py'))", "list(resources.files('p').joinpath('plug').iterdir())"):
            for before in ("", "import glob, pathlib"):
                code = "import glob, os, pathlib\nfrom importlib import resources\n%s\n" % listing
                self.assertIn(line, self.notices(code, before=before), (listing, before))

    def test_sources_that_became_bytecode(self):
        """The line is not `keep`, which changes nothing here."""
        self.put("q/a.pyc", "")
        self.put("q/b.pyc", "")
        self.assertEqual(self.notices("import os\nos.listdir('q')\nos.listdir('q')\nos.listdir('alone')\nos.listdir('only')\n"), [
            'lbundle dropped q/a.py (its folder is listed, without 2 sources; its bytecode takes its place): '
            'untouched = ["q/*.py"] under [shrink]'])
        self.assertEqual(self.notices("import os\nprint(os.path.exists('q/b.py'), os.path.exists('alone/kept.py'))\n"), [
            'lbundle dropped q/b.py (its bytecode takes its place): untouched = ["q/b.py"] under [shrink]'])

    def test_walks_are_quiet(self):
        """Files that events only walked past are reported if they are opened, not if another walk looks at them."""
        self.put("_lbundle_dropped.txt", "=0\tno event used it\n=1\tevents only walked past such files\n"
                                         "w/a/x.json\t1\nw/b/x.json\t1\nw/c/x.json\t1\nw/c/y.json\t0\n")
        code = """
            import os
            for each in ('w/a/x.json', ROOT + '/w/a/x.json', ROOT + 'w/c/x.json', ROOT + 'w/a', 'w/b/'):
                os.path.exists(each)
            """
        self.assertEqual(self.notices(code), [])
        self.assertEqual(self.notices(code + "    os.path.exists(ROOT + 'w/c')\n"), [
            'lbundle dropped w/c/y.json (its folder is asked for; no event used it): keep = ["w/c/**"]'])
        self.assertEqual(self.notices("try:\n    open('w/a/x.json')\nexcept OSError:\n    pass\n"), [
            'lbundle dropped w/a/x.json (events only walked past such files): keep = ["w/a/x.json"]'])

    def test_what_needs_no_source(self):
        self.put("q/__init__.py", "")
        self.put("q/b.pyc", "")
        self.assertEqual(self.notices("""
            import linecache, os, pkgutil
            print([m.name for m in pkgutil.iter_modules(['q'])], linecache.getline(os.path.abspath('q/b.py'), 1))
            """), [])

    def test_libraries(self):
        line = 'lbundle dropped p.libs/libgone-1a2b3c4d.so.1 (no event used it): keep = ["p.libs/libgone-1a2b3c4d.so.1"]'
        for name in ("libgone.so", "libgone.so.1", "'libgone-1a2b3c4d.so.1'", "ROOT + '/p.libs/libgone-1a2b3c4d.so.1'"):
            name = name if "'" in name else repr(name)
            for before in ("", "import ctypes", "import _ctypes"):
                out, notices = self.run_code("import ctypes\ntry:\n    ctypes.CDLL(%s)\nexcept OSError as e:\n    print(e)\n" % name,
                                             before=before)
                self.assertEqual(notices, [line], (name, before))
                self.assertIn("cannot open shared object file", out)
        self.assertEqual(self.notices("import ctypes\ntry:\n    ctypes.CDLL('libg.so')\nexcept OSError:\n    pass\n"), [])

    def test_a_module_that_came_as_bytecode(self):
        self.assertEqual(self.notices("try:\n    import old.gone\nexcept ImportError:\n    pass\n"), [
            'lbundle dropped old/gone.pyc (no event used it): keep = ["old/**"]'])

    def test_threads_and_children(self):
        self.put("work.py", "import os, sys\n\n\ndef look(name):\n    os.path.exists(os.path.join(os.path.dirname(__file__), name))\n")
        for start in ("import threading; child = threading.Thread(target=work.look, args=('p/gone.txt',))",
                      "child = multiprocessing.get_context('fork').Process(target=work.look, args=('p/gone.txt',))",
                      "child = multiprocessing.get_context('spawn').Process(target=work.look, args=('p/gone.txt',))",
                      "child = multiprocessing.get_context('forkserver').Process(target=work.look, args=('p/gone.txt',))"):
            for before in ("", "import multiprocessing.spawn"):
                code = "import multiprocessing, work\nif __name__ == '__main__':\n    %s\n    child.start(); child.join()\n" % start
                self.assertEqual(self.notices("if __name__ == '__main__':\n" + textwrap.indent(code, "    "), before=before),
                                 [GONE_TEXT], (start, before))

    def test_a_child_loads_it_by_itself(self):
        """Here the child's main module and target do not load the notice."""
        self.put("work.py", "import os, sys\n\n\ndef look():\n    sys.path.append('/x')\n    print('_lbundle_dropped' in sys.modules, "
                            "sys.path[-2:] == ['/x'] or sys.path[-1], flush=True)\n")
        for method in ("spawn", "forkserver"):
            out, _ = self.run_code("""
                import multiprocessing, os, work
                os.chdir('/')
                sys.modules['__main__'].__spec__ = None
                del sys.modules['__main__'].__file__
                child = multiprocessing.get_context(%r).Process(target=work.look)
                child.start(); child.join()
                """ % method)
            self.assertEqual(out, "True /x\n", method)

    def same(self, code):
        """What the code prints is the same with the notice and without it."""
        self.assertEqual(self.run_code(code)[0], self.run_code(code, with_notice=False)[0])

    def test_functions_look_the_same(self):
        self.same("""
            import copy, inspect, io, os, pickle
            for f in (os.stat, os.lstat, os.access, os.listdir, os.scandir, open):
                print(f.__name__, f.__qualname__, f.__module__, f.__doc__, repr(f), inspect.signature(f), callable(f), f.__self__,
                      [f in s for s in (os.supports_dir_fd, os.supports_fd, os.supports_follow_symlinks, os.supports_effective_ids)],
                      copy.copy(f) is f, copy.deepcopy(f) is f, pickle.dumps(f) and pickle.loads(pickle.dumps(f)).__name__)
            print(io.open is open)
            class C:
                stat, open, listdir = os.stat, open, os.listdir
            print(C().stat('p').st_mode, C().listdir('only'), C().open('/dev/null').read())
            """)

    def test_answers_are_the_same(self):
        self.same("""
            import os, shutil
            print(os.stat(path='p').st_mode, os.stat(0).st_size >= 0, os.listdir('only'), [e.name for e in os.scandir('only')])
            print(shutil.rmtree.avoids_symlink_attacks, os.access('p', os.R_OK), os.path.exists('never'))
            with os.scandir('only') as entries:
                print(len(list(entries)))
            fd = os.open('p', os.O_RDONLY)
            print(os.stat('here.txt', dir_fd=fd).st_size, len(os.listdir(fd)), os.access('here.txt', os.R_OK, dir_fd=fd))
            for wrong in (lambda: os.stat(), lambda: os.stat(1.5), lambda: os.listdir(b'p', 1), lambda: open(),
                          lambda: os.stat('a\\0b'), lambda: os.access('p')):
                try:
                    print(wrong())
                except Exception as error:
                    print(type(error), error)
            """)

    @unittest.skipIf(sys.version_info < (3, 11), "a bare raise adds a frame")
    def test_exceptions_have_the_same_stack(self):
        self.same("""
            import ctypes, os, pathlib, pkgutil, traceback
            for f in (os.stat, os.lstat, os.listdir, os.scandir, open, lambda p: pathlib.Path(p).stat(), ctypes.CDLL,
                      lambda p: pkgutil.get_data('p', 'never')):
                for path in ('p/never.txt', '/nowhere', 'p/here.txt/x'):
                    try:
                        f(path)
                    except OSError as error:
                        print(type(error), error, error.filename, [(x.filename, x.lineno, x.name)
                              for x in traceback.extract_tb(error.__traceback__)], error.__context__, error.__cause__)
            """)

    def test_the_table_is_read_only_if_something_below_the_root_is_missing(self):
        os.remove(os.path.join(self.root, "_lbundle_dropped.txt"))
        os.mkfifo(os.path.join(self.root, "_lbundle_dropped.txt"))  # to read it would never end
        out, _ = self.run_code("""
            import os
            print(os.path.exists('/nowhere'), os.path.exists('p'), os.access('/root/x', os.R_OK), os.listdir('/tmp') is None)
            try:
                open('/nowhere')
            except OSError:
                print('end')
            """)
        self.assertTrue(out.endswith("end\n"), out)


class Table(unittest.TestCase):
    """The searches in the table give what a walk over all its lines gives, for random tables."""

    PARTS = ("a", "b", "a-b", "a.py", "0", "\u00e9", "z", "_")

    def path(self, generator):
        return "/".join(generator.choice(self.PARTS) for _ in range(generator.randint(1, 4)))

    def test_searches(self):
        module = types.ModuleType("notice")
        module.__file__ = "/task/notice.py"
        exec(compile(NOTICE, "notice", "exec"), module.__dict__)
        for seed in range(100):
            generator = random.Random(seed)
            paths = sorted({self.path(generator) for _ in range(generator.randint(0, 40))}, key=str.encode)
            numbers = {path: generator.choice("01") for path in paths}
            text = "@group\ta\n!k/z.pyc\t\n=0\tno\n=1\t%s\n" % module.WALKED_PAST + "".join("%s\t%s\n" % each for each in numbers.items())
            dropped = module.Dropped(())
            dropped.open = lambda *_, text=text, **__: io.StringIO(text)
            for path in [self.path(generator) for _ in range(40)]:
                below = [each for each in paths if each.startswith(path + "/")]
                loud = [each for each in below if numbers[each] == "0"]
                self.assertEqual(dropped.number_of(path), numbers.get(path), (seed, path))
                self.assertEqual(dropped.may_be_gone(path), numbers.get(path) == "0" or bool(loud), (seed, path))
                self.assertEqual(dropped.gone_from(path), [each for each in loud if "/" not in each[len(path) + 1:]], (seed, path))
                self.assertEqual([each for each, _ in dropped.paths(path)], sorted(each for each in paths if each.startswith(path)), (seed, path))


if __name__ == "__main__":
    unittest.main()
