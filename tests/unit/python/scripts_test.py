"""Tests the programs of lbundle_scripts by import, and the modules that go into bundles and sandboxes."""
import base64
import hashlib
import io
import json
import marshal
import os
import pathlib
import pickle
import subprocess
import sys
import tarfile
import tempfile
import textwrap
import types
import unittest
import zipfile
from unittest import mock

from embedded import PACKAGE, ROOT

import dropped_notice
import import_first
import used_packages
from lbundle_scripts import bytecode, entry_hook, fetch, own_calls, pickles, reach, required_names, retag, run_tool, services, toolchain


def run_module(*words, **options):
    return subprocess.run([sys.executable, "-S", "-B", str(PACKAGE), *map(str, words)], capture_output=True, **options)


class InFolder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def put(self, name, content):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else textwrap.dedent(content).encode())
        return path


class OwnCalls(InFolder):
    FUNCTIONS = {"client": {"parameters": ["service_name"], "users": ["cloud"]}}
    ANY = "\1"

    def names(self, *texts):
        """Returns the names that each source passes to client(); ANY for one that only the run knows."""
        sources = [str(self.put("m%d.py" % number, text)) for number, text in enumerate(texts)]
        return [[name for _, name in found] for found in own_calls.calls_in(self.FUNCTIONS, sources)]

    def test_constants_tables_and_computed_names(self):
        self.assertEqual(self.names("""\
            import cloud
            TABLE = ["queue", "mail"]
            cloud.client("store", region=compute())
            cloud.client(service_name="keys")
            for each in TABLE:
                cloud.client(each)
            """), [["keys", "mail", "queue", "store"]])
        for call in ("cloud.client(event['name'])", "cloud.client('a' + x)", "cloud.client(*x)", "cloud.client(**x)"):
            self.assertEqual(self.names("import cloud\n" + call), [[self.ANY]], call)

    def test_another_client_is_none(self):
        self.assertEqual(self.names("import other\nother.client(x)"), [[]])
        self.assertEqual(self.names("import other\nother.client(x)", "import cloud"), [[self.ANY], []], "it may be handed on")

    def test_a_parameter_comes_from_the_callers(self):
        wrapper = "import cloud\ndef get(name='keys', region=None):\n    return cloud.client(name, region)\n"
        self.assertEqual(self.names(wrapper, "import m0\nm0.get('store', x)\nm0.get(region=x)\nm0.get(region=1, name='mail')"),
                         [["keys"], ["mail", "store"]])
        for use in ("m0.get(x)", "map(m0.get, x)", "m0.get(*x)", "m0.get(**x)", "pass"):
            self.assertIn(self.ANY, sum(self.names(wrapper, "import m0\n" + use), []), use)

    def test_constructors_and_methods(self):
        self.assertEqual(self.names("""\
            import cloud
            class Base:
                def __init__(self, name):
                    self.client = cloud.client(name)
                @staticmethod
                def more(region, name):
                    return cloud.client(name)
            class Store(Base):
                def __init__(self, size: Base):
                    super().__init__("store")
            class Error(Exception):
                def __init__(self, text):
                    super().__init__(text)
            Base("keys"), Store(x), Error(x)
            Base.more(x, "mail")
            """), [["keys", "mail", "store"]])

    def test_what_does_not_parse(self):
        self.put("bad.py", "def")
        self.assertEqual(own_calls.calls_in(self.FUNCTIONS, [str(self.folder / "bad.py")]), [None])


class Reach(InFolder):
    def facts(self, text):
        return reach.facts_of(self.put("m.py", text))

    def test_imports_have_their_strength(self):
        facts = self.facts("""\
            import a
            try:
                from b import c
            except ImportError:
                pass
            def f():
                import d
            """)
        self.assertEqual(facts["imports"], [["a", [], "m", 1, ""], ["b", ["c"], "t", 3, ""], ["d", [], "f", 7, "f"]])

    def test_computed_names_are_patterns(self):
        facts = self.facts("from importlib import import_module\nimport_module('a.b_%s' % kind)\n")
        self.assertTrue(facts["dynamic"])
        self.assertEqual(facts["patterns"], [["a.b_\1", False]])

    def test_what_does_not_parse_has_no_facts(self):
        self.assertIsNone(self.facts("print 'two'\n"))

    def test_a_pickle_imports_what_it_names(self):
        path = self.put("model.pkl", pickle.dumps(types.SimpleNamespace(a=1), protocol=4))
        self.assertIn(["types", ["SimpleNamespace"], "t", 1, ""], reach.facts_of(path)["imports"])

    def test_the_program_answers_for_each_path_in_order(self):
        paths = [self.put("a.py", "import a\n"), self.put("b.py", "def (:\n")]
        end = run_module("reach", input=b"".join(os.fsencode(path) + b"\0" for path in paths))
        self.assertEqual(end.stderr, b"")
        first, second = map(json.loads, end.stdout.splitlines())
        self.assertEqual((first["imports"], second), ([["a", [], "m", 1, ""]], None))


class Pickles(unittest.TestCase):
    def test_compressed_ones_are_opened(self):
        content = pickle.dumps(types.SimpleNamespace(a=1), protocol=4)
        for kind in ("zlib", "gzip", "bz2", "lzma"):
            packed = __import__(kind).compress(content)
            self.assertEqual(pickles.named_in_pickles(packed), [["types", ["SimpleNamespace"]]], kind)

    def test_damaged_ones_name_nothing(self):
        self.assertEqual(pickles.named_in_pickles(b"\x1f\x8bbroken"), [])


class Compile(InFolder):
    def compile(self, processes, *sources):
        target = self.folder / ("out-%d" % processes)
        target.mkdir()
        fields = b"".join(b"/var/task/%s\0%s\0" % (os.fsencode(path.name), os.fsencode(path)) for path in sources)
        end = run_module("compile_sources", target, processes, input=fields, env={"PYTHONHASHSEED": "0"})
        self.assertEqual((end.returncode, end.stderr), (0, b""))
        return {path.name: path.read_bytes() for path in target.iterdir()}

    def test_the_bytes_do_not_depend_on_the_number_of_processes(self):
        sources = [self.put("a.py", "x = {'b', 'c', 'd'}\ndef main(arguments): return arguments\n"), self.put("bad.py", "def (:\n"),
                   self.put("c.py", "import os\nfolder = processes = os.sep\n")]
        made = self.compile(1, *sources)
        self.assertEqual(sorted(made), ["0", "2"])
        self.assertEqual(made, self.compile(3, *sources))

    def test_the_bytecode_is_unchecked_and_named_as_in_the_runtime(self):
        made = self.compile(1, self.put("a.py", "x = 1\n"))["0"]
        self.assertEqual(made[4:8], bytecode.UNCHECKED_HASH)
        self.assertEqual(marshal.loads(made[16:]).co_filename, "/var/task/a.py")


class EntryHook(InFolder):
    def test_the_hook_is_installed_with_the_words(self):
        text = b'"""A."""\ndef install(words):\n    global seen\n    seen = words\n'
        names = {}
        exec(compile(entry_hook.with_install(text, ["p", 'q"']), "hook", "exec"), names)
        self.assertEqual(names["seen"], frozenset(["p", 'q"']))

    def test_the_call_is_what_the_same_text_would_compile_to(self):
        text = b"def install(words):\n    pass\n"
        written = compile(text + b"install(frozenset(('p', 'q', )))\n", "hook", "exec")
        self.assertEqual(compile(entry_hook.with_install(text, ["p", "q"]), "hook", "exec").co_code, written.co_code)

    def test_the_program_writes_three_files(self):
        entry, hook = self.put("entry", '"""D."""\nimport os\n'), self.put("hook", "def install(words):\n    pass\n")
        fields = b"\0".join([b"/var/task/h.py", os.fsencode(entry), b"/var/task/_h.py", os.fsencode(hook), b""])
        end = run_module("entry_hook", self.folder, "_h", "p", input=fields)
        self.assertEqual((end.returncode, end.stderr), (0, b""))
        self.assertEqual((self.folder / "entry.py").read_text(), "\"\"\"D.\"\"\"; __import__('_h')\nimport os\n")
        code = marshal.loads((self.folder / "hook.pyc").read_bytes()[16:])
        self.assertEqual((code.co_filename, "install" in code.co_names), ("/var/task/_h.py", True))
        self.assertTrue((self.folder / "entry.pyc").exists())

    def test_a_source_that_does_not_parse_ends_with_1_and_no_word(self):
        entry, hook = self.put("entry", "def (:\n"), self.put("hook", "")
        fields = b"\0".join([b"h.py", os.fsencode(entry), b"_h.py", os.fsencode(hook), b""])
        end = run_module("entry_hook", self.folder, "_h", input=fields)
        self.assertEqual((end.returncode, end.stderr), (1, b""))


class DroppedNotice(InFolder):
    def dropped(self, table):
        self.put("_lbundle_dropped.txt", table)
        root = mock.patch.object(dropped_notice, "ROOT", str(self.folder) + "/")
        root.start()
        self.addCleanup(root.stop)
        return dropped_notice.Dropped(frozenset(["p"]))

    def said(self, function, *arguments):
        with mock.patch("sys.stderr", io.StringIO()) as log:
            function(*arguments)
        return log.getvalue()

    def test_a_module_is_reported_once_with_its_reason(self):
        dropped = self.dropped("=0\tno event used it\np/late.py\t0\n")
        self.assertEqual(self.said(dropped.find_spec, "p.late"),
                         'lbundle dropped p/late.py (no event used it): keep = ["p/late.py"]\n')
        self.assertEqual(self.said(dropped.find_spec, "p.late"), "")
        self.assertEqual(self.said(dropped.find_spec, "q.late"), "")

    def test_a_package_is_kept_whole(self):
        dropped = self.dropped("=0\tunused\np/q/__init__.py\t0\n")
        self.assertEqual(self.said(dropped.find_spec, "p.q"), 'lbundle dropped p/q/__init__.py (unused): keep = ["p/q/**"]\n')


class Retag(InFolder):
    def wheel(self, name):
        path = self.folder / name
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("p/a.so", "code")
            archive.writestr("p-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: cp311-cp311-linux_x86_64\n")
            archive.writestr("p-1.0.dist-info/RECORD", "p/a.so,,\np-1.0.dist-info/WHEEL,sha256=x,1\n")
        return path

    def test_tag_and_record_name_the_new_platform(self):
        end = run_module("retag", self.wheel("p-1.0-cp311-cp311-linux_x86_64.whl"), "manylinux_2_26_x86_64", text=True)
        path = self.folder / "p-1.0-cp311-cp311-manylinux_2_26_x86_64.whl"
        self.assertEqual(end.stdout, "%s\n" % path)
        self.assertEqual([each.name for each in self.folder.iterdir()], [path.name])
        with zipfile.ZipFile(path) as archive:
            text = archive.read("p-1.0.dist-info/WHEEL")
            self.assertIn(b"Tag: cp311-cp311-manylinux_2_26_x86_64\n", text)
            digest = base64.urlsafe_b64encode(hashlib.sha256(text).digest()).rstrip(b"=").decode()
            self.assertIn("p-1.0.dist-info/WHEEL,sha256=%s,%d\n" % (digest, len(text)),
                          archive.read("p-1.0.dist-info/RECORD").decode())

    def test_a_wheel_of_pure_python_keeps_its_name(self):
        path = self.wheel("p-1.0-py3-none-any.whl")
        with mock.patch("sys.stdout", io.StringIO()) as output:
            retag.main([str(path), "manylinux_2_26_x86_64"])
        self.assertEqual(output.getvalue(), "%s\n" % path)


class Fetch(InFolder):
    def test_an_archive_leaves_nothing_outside_its_folder(self):
        with tarfile.open(self.folder / "a.tar", "w") as archive:
            for name in ("p-1.0/src/a.c", "p-1.0/../../evil", "p-1.0"):
                archive.addfile(tarfile.TarInfo(name))
        self.assertEqual(fetch.main(["unpack", str(self.folder / "a.tar"), str(self.folder / "in/out")]), 0)
        found = sorted(str(each.relative_to(self.folder)) for each in self.folder.rglob("*") if each.is_file())
        self.assertEqual(found, ["a.tar", "in/out/src/a.c"])

    def test_what_is_no_archive_is_one_line(self):
        self.assertIn("ReadError: ", fetch.main(["unpack", str(self.put("a.tar", "no")), str(self.folder / "out")]))


class Toolchain(InFolder):
    def test_names_carry_the_machine_that_is_compiled_for(self):
        with mock.patch("sysconfig.get_config_var", lambda name: "x86_64-linux-gnu"):
            made = toolchain.build_time_variables("/t", "aarch64", {"SOABI": "cpython-311-x86_64-linux-gnu", "HOME": "x86_64"})
        self.assertEqual((made["SOABI"], made["HOME"], made["CC"]), ("cpython-311-aarch64-linux-gnu", "x86_64", "/t/bin/cc"))

    def test_compilers_have_their_usual_names(self):
        toolchain.write_programs(str(self.folder), "/zig", "aarch64", "2.26")
        text = (self.folder / "bin/aarch64-linux-gnu-g++").read_text()
        self.assertIn('exec "/zig" c++ -target aarch64-linux-gnu.2.26 ', text)
        self.assertTrue(os.access(self.folder / "bin/gcc", os.X_OK))


class RequiredNames(InFolder):
    def needs(self, files, place="pip", machine="x86_64"):
        paths = [self.put("%s/METADATA" % name, "Metadata-Version: 2.1\nName: %s\n" % name
                          + "".join("Requires-Dist: %s\n" % line for line in lines)
                          + "\nRequires-Dist: description\n") for name, lines in files.items()]
        if place:
            import pip

            place = pathlib.Path(pip.__file__).parents[1]
        end = run_module("required_names", place, machine, input=b"".join(os.fsencode(path) + b"\0" for path in paths))
        self.assertEqual((end.returncode, end.stderr), (0, b""))
        return [json.loads(line) for line in end.stdout.splitlines()]

    def test_markers_decide(self):
        lines = ["A_b.c (<2,>=1)", "old ; python_version < '3.9'", "new>=1 ; python_version >= '3.9'", "arm ; platform_machine == 'aarch64'",
                 "either ; extra == 's3' or python_version >= '3.9'", "extra-only ; extra == 's3'"]
        self.assertEqual(self.needs({"p": lines}), [["a-b-c", "either", "new"]])
        self.assertEqual(self.needs({"p": lines}, machine="aarch64"), [["a-b-c", "arm", "either", "new"]])

    def test_an_extra_that_another_asks_for_counts(self):
        files = {"p": ["Q.r[Crt]"], "q-r": ["s[x] ; extra == 'Crt'", "t ; extra == 'other'"], "s": ["u ; extra == 'x'"]}
        self.assertEqual(self.needs(files), [["q-r"], ["s"], ["u"]])

    def test_without_pip_the_names_count(self):
        self.assertEqual(self.needs({"p": ["A_b (<2)", "old ; python_version < '3.9'", "e ; extra == 'x'"]}, place=""),
                         [["a-b", "old"]])

    def test_what_packaging_refuses_counts_by_its_name(self):
        self.assertEqual(self.needs({"p": ["q >= 1 <", "r"]}), [["q", "r"]])

    def test_the_program_reads_as_plain_as_without_packaging(self):
        plain = required_names.PlainRequirement("urllib3[socks] (<3)")
        self.assertEqual((plain.name, plain.holds("", "x86_64")), ("urllib3", True))


class OtherPrograms(InFolder):
    def test_a_tool_runs_from_its_folder(self):
        self.put("pipenv/__init__.py", "import sys\ndef cli():\n    print(sys.argv)\n    return 7\n")
        end = run_module("run_tool", self.folder, "pipenv", "requirements", "--hash", text=True)
        self.assertEqual((end.returncode, end.stdout), (7, "['pipenv', 'requirements', '--hash']\n"))
        self.assertEqual(set(run_tool.COMMANDS), {"poetry", "pipenv"})

    def test_pip_sees_the_other_machine(self):
        self.put("pip/__main__.py", "import platform, sys\nprint(platform.machine(), sys.argv[1:])\n")
        end = run_module("pip_for_machine", self.folder, "sparc", "download", "x", text=True)
        self.assertEqual((end.returncode, end.stdout, end.stderr), (0, "sparc ['download', 'x']\n", ""))

    def test_a_file_runs_with_its_arguments(self):
        program = self.put("program.py", "def main(arguments):\n    print(arguments)\n    return 4\n")
        end = run_module("run_file", program, "a", "b", text=True)
        self.assertEqual((end.returncode, end.stdout), (4, "['a', 'b']\n"))

    def test_a_service_that_cannot_start_is_named(self):
        specification = self.put("services.json", json.dumps(
            {"logs": str(self.folder), "services": [{"command": ["/no/such"], "folder": "/", "ready": ""}]}))
        end = run_module("services", specification, "/bin/true", text=True)
        self.assertEqual(end.returncode, services.FAILED)
        self.assertEqual(json.loads(end.stderr)["service"], 0)

    def test_the_command_runs_beside_its_services(self):
        specification = self.put("services.json", json.dumps(
            {"logs": str(self.folder), "services": [{"command": ["/bin/sleep", "30"], "folder": "/", "ready": ""}]}))
        end = run_module("services", specification, "/bin/sh", "-c", "echo done; exit 5", text=True)
        self.assertEqual((end.returncode, end.stdout, end.stderr), (5, "done\n", ""))


class InSandbox(InFolder):
    def test_modules_are_imported_before_the_handler(self):
        self.put("lbundle_import_first.py", (ROOT / "bundler/sandbox/import_first.py").read_bytes())
        self.put("lbundle_import_first.json", json.dumps({"modules": ["b", "broken", "a"], "handler": "a.handler"}))
        self.put("a.py", "print('a')\ndef handler(): return 'answer'\n")
        self.put("b.py", "print('b')\n")
        self.put("broken.py", "raise ValueError('no')\n")
        program = "import sys; sys.path.insert(0, sys.argv[1]); import lbundle_import_first as f; print(f.handler())"
        end = subprocess.run([sys.executable, "-S", "-B", "-c", program, str(self.folder)], capture_output=True, text=True)
        self.assertEqual(end.stdout, "b\nbroken cannot be imported by itself: ValueError('no')\na\nanswer\n")

    def test_a_refused_library_is_an_error(self):
        refused = ImportError("undefined symbol", path="/var/task/a.so")
        with mock.patch("importlib.import_module", side_effect=refused), self.assertRaises(ImportError):
            import_first.import_each(["a"])
        with mock.patch("importlib.import_module", side_effect=ImportError("cannot import name 'x'", path="/var/task/a.so")):
            import_first.import_each(["a"])

    def test_only_code_within_an_invocation_counts(self):
        watch = used_packages.Watch("h.handler")
        frame = types.SimpleNamespace(f_code=types.SimpleNamespace(co_name="handler", co_filename="/var/task/h.py"))
        other = types.SimpleNamespace(f_code=types.SimpleNamespace(co_name="f", co_filename="/var/task/p/q.py"))
        said = []
        watch.report = said.append
        watch(other, "call", None)
        watch(frame, "call", None)
        watch(other, "call", None)
        watch(frame, "return", None)
        watch(other, "call", None)
        self.assertEqual(said, ["/var/task/h.py", "/var/task/p/q.py"])


if __name__ == "__main__":
    unittest.main()
