"""What `lbundle check` says of zips that other programs made: the verdict, the code, the file and the way out of each form."""
import os
import subprocess

import support
import zip_forms
from zip_forms import Entry

PYTHON, NODE, CUSTOM = "python3.11", "nodejs22.x", "provided.al2023"
ERROR, WARNING, NOTE = "error", "warning", "note"


def row(form, *findings, runtime=PYTHON, arguments=()):
    """A form, and its findings: (severity, code, path, a part of the hint). The status is 1 if one is an error."""
    return form, runtime, tuple(arguments), findings


FORMS = [
    row("tf-mode-zero", (ERROR, "mode-unreadable", "handler.py", "chmod a+r")),
    row("mode-0600", (ERROR, "mode-unreadable", "handler.py", "chmod a+r")),
    row("mode-0640", (ERROR, "mode-unreadable", "handler.py", "chmod a+r")),
    row("go-no-attr", (ERROR, "mode-unreadable", "handler.py", "chmod a+r")),
    row("dir-0700", (ERROR, "mode-unreadable", "pkg/", "chmod 0755")),
    row("fat-python", (NOTE, "no-modes", "", "pack with lbundle")),
    row("fat-bootstrap", (NOTE, "no-modes", "", "pack with lbundle"),
        (ERROR, "bootstrap-not-executable", "bootstrap", "build-lambda-zip"), runtime=CUSTOM),
    row("noexec-bootstrap", (ERROR, "bootstrap-not-executable", "bootstrap", "chmod 0755"), runtime=CUSTOM),
    row("backslash-fat", (NOTE, "no-modes", "", "pack with lbundle"),
        (ERROR, "name-backslash", "pkg\\Q__init__.py", "writes '/'"), (ERROR, "name-backslash", "pkg\\Qa.py", "writes '/'")),
    row("backslash-ntfs", (NOTE, "no-modes", "", "pack with lbundle"),
        (ERROR, "name-backslash", "pkg\\Q__init__.py", "writes '/'")),
    row("nested-python", (ERROR, "nested", "myfunc", "cd myfunc && zip -r ../function.zip .")),
    row("nested-macos", (NOTE, "macos-files", "__MACOSX/myfunc/._handler.py", "-x '__MACOSX/*'"),
        (ERROR, "nested", "myfunc", "cd myfunc && zip")),
    row("nested-bootstrap", (ERROR, "bootstrap-missing", "release/bootstrap", "cd release && zip"), runtime=CUSTOM),
    row("zip-in-zip", (ERROR, "zip-in-zip", "function.zip", "deploy function.zip itself")),
    row("macos-ditto", (NOTE, "macos-files", ".DS_Store", "-x '__MACOSX/*'")),
    row("bootstrap-crlf", (ERROR, "bootstrap-crlf", "bootstrap", "sed -i 's/\\r$//'"), runtime=CUSTOM),
    row("bootstrap-missing", (ERROR, "bootstrap-missing", "main", "go build -o bootstrap"), runtime=CUSTOM),
    row("bootstrap-case", (ERROR, "bootstrap-missing", "Bootstrap", "rename it to `bootstrap`"), runtime=CUSTOM),
    row("bootstrap-interp-missing", (ERROR, "bootstrap-interpreter", "bootstrap", "certainly has sh, bash"), runtime=CUSTOM),
    row("bootstrap-noshebang", (ERROR, "bootstrap-format", "bootstrap", "#!/bin/sh"), runtime=CUSTOM),
    row("bootstrap-dir", (ERROR, "bootstrap-missing", "bootstrap", "rename the folder"), runtime=CUSTOM),
    row("bootstrap-arm64", (ERROR, "abi-architecture", "bootstrap", "--arch arm64"), runtime=CUSTOM),
    row("bootstrap-macho", (ERROR, "bootstrap-format", "bootstrap", "GOOS=linux"), runtime=CUSTOM),
    row("bootstrap-exe", (ERROR, "bootstrap-missing", "bootstrap.exe", "GOOS=linux"), runtime=CUSTOM),
    row("lzma", (ERROR, "method-unknown", "handler.py", "zip with deflate")),
    row("bzip2", (ERROR, "method-unknown", "handler.py", "zip with deflate")),
    row("made-by-45"),
    row("zip64-forced"),
    row("streamed"),
    row("streamed-stored"),
    row("duplicate", (ERROR, "name-twice", "handler.py", "make the zip again")),
    row("case-clash", (WARNING, "name-collision", "Handler.py", "rename one of them")),
    row("file-and-folder", (ERROR, "name-below-file", "pkg", "rename one of them")),
    row("traversal", (ERROR, "name-leaves", "../opt/x.py", "without '..'")),
    row("absolute", (ERROR, "name-absolute", "/var/task/handler.py", "relative names")),
    row("dot-slash"),
    row("link-absolute", (NOTE, "link-to-mount", "node_modules", "layer"), runtime=NODE),
    row("link-outside", (ERROR, "link-leaves", "shared", "put the file in")),
    row("link-dangling", (ERROR, "link-dangles", "lib/libz.so.1", "put its target in")),
    row("old-date"),
    row("fifo", (ERROR, "special-file", "pipe", "leave it out")),
    row("latin1", (WARNING, "name-not-utf8", "vorlagen/gr\ufffd\ufffdn.txt", "rename the file")),
    row("nfd"),
    row("empty", (ERROR, "empty", "", "zip the function's files")),
    row("bad-crc", (ERROR, "mode-unreadable", "handler.py", "chmod a+r"),
        (ERROR, "entry-damaged", "handler.py", "make the zip again")),
    row("7z-deflate64", (ERROR, "method-unknown", "big.txt", "zip with deflate")),
    row("7z-aes", (ERROR, "encrypted", "big.txt", "without a password"), (ERROR, "method-unknown", "big.txt", "deflate"),
        (ERROR, "encrypted", "handler.py", "without a password"), (ERROR, "method-unknown", "handler.py", "deflate")),
    row("7z-default"),
    row("encrypted", (ERROR, "encrypted", "handler.py", "without a password")),
    row("bsdtar"),
    row("bsd2"),
    row("jar", (NOTE, "no-modes", "", "pack with lbundle")),
    row("infozip"),
    row("python-macos-so", (ERROR, "abi-foreign-format", "numpy/core/_multiarray_umath.cpython-311-darwin.so",
                            "pip install --platform manylinux2014_x86_64 --python-version 3.11")),
    row("python-windows-pyd", (ERROR, "abi-foreign-format", "numpy/core/_multiarray_umath.cp311-win_amd64.pyd",
                               "pip install --platform manylinux2014_x86_64 --python-version 3.11")),
    row("python-other-version", (ERROR, "abi-python-version",
                                 "pydantic_core/_pydantic_core.cpython-312-x86_64-linux-gnu.so", "pip for Python 3.11")),
    row("python-musl", (ERROR, "abi-python-version", "pydantic_core/_pydantic_core.cpython-311-x86_64-linux-musl.so",
                        "pip for Python 3.11")),
    row("node-macos-addon", (ERROR, "abi-foreign-format",
                             "node_modules/@img/sharp-darwin-arm64/lib/sharp-darwin-arm64.node", "npm install --os=linux"),
        runtime=NODE),
    row("node-windows-addon", (ERROR, "abi-foreign-format", "node_modules/bcrypt/lib/binding/napi-v3/bcrypt_lib.node",
                               "npm install --os=linux --cpu=x64"), runtime=NODE),
    row("node-esm-no-type", (ERROR, "handler-syntax", "index.js", ".mjs"), runtime=NODE,
        arguments=["--handler", "index.handler"]),
    row("node-ts", (ERROR, "typescript-only", "index.ts", "esbuild"), runtime=NODE),
    row("lfs-pointer", (ERROR, "lfs-pointer", "lib/libgdal.so.32", "git lfs pull"),
        (WARNING, "lfs-pointer", "model.onnx", "git lfs pull")),
    row("so-is-text-link", (ERROR, "link-as-text", "lib/libvips.so.42", "zip --symlinks")),
    row("layer-py-good", arguments=["--layer"]),
    row("layer-py-site", (ERROR, "layer-place", "python/lib/python3.9/site-packages/requests/__init__.py", "python/"),
        arguments=["--layer"]),
    row("layer-py-noprefix", (ERROR, "layer-place", "requests-2.32.3.dist-info/METADATA", "zip -r layer.zip python"),
        arguments=["--layer"]),
    row("layer-py-venv", (ERROR, "layer-place", "venv/lib/python3.11/site-packages/requests/__init__.py",
                          "zip -r layer.zip python"), arguments=["--layer"]),
    row("layer-node-good", runtime=NODE, arguments=["--layer"]),
    row("layer-node-noprefix", (ERROR, "layer-place", "node_modules/ms/index.js", "nodejs/node_modules"), runtime=NODE,
        arguments=["--layer"]),
    row("layer-node-flat", (ERROR, "layer-place", "nodejs/ms/package.json", "nodejs/node_modules"), runtime=NODE,
        arguments=["--layer"]),
    row("layer-opt", (ERROR, "layer-place", "opt", "cd opt && zip"), arguments=["--layer"]),
]

# Files that are no zips: what they are, and the way out.
NO_ZIPS = [
    ("truncated", "its end is missing, so it was cut short", "copy or download it again"),
    ("trailing", "2 bytes follow the end of the zip", "truncate -s -2"),
    ("prefixed", "23 bytes precede the zip", "tail -c +24"),
    ("base64", "it is a zip in base64", "base64 -d"),
    ("targz", "it is gzip data", "zip the files"),
    ("html", "it is an HTML page", "the download failed"),
    ("empty-file", "it is empty", "wrote nothing"),
]


class FormsCase(support.Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.program = cls.compiled("int _start(void) { for (;;); }", "-static")
        cls.library = cls.compiled("int f(void) { return 1; }", "-shared")

    @classmethod
    def compiled(cls, source, *flags):
        """Returns the bytes of an ELF file that this machine's compiler makes; without libraries it fits every runtime."""
        target = os.path.join(cls.cache, "compiled")
        cls.compile_to(target, source, *flags)
        with open(target, "rb") as made:
            return made.read()

    @staticmethod
    def compile_to(target, source, *flags):
        subprocess.run(["gcc", "-w", "-fPIC", "-nostdlib", "-Wl,-z,noexecstack", "-o", target, "-x", "c", "-", "-x", "none",
                        *flags], input=source, text=True, check=True, stderr=subprocess.DEVNULL)

    def check(self, content, *arguments, cwd=None):
        """Runs check on a zip: bytes, or entries."""
        path = self.folder / "form.zip"
        path.write_bytes(content if isinstance(content, bytes) else zip_forms.zip_of(content))
        return self.run_program("check", path, "--format", "json", *arguments, cwd=cwd or self.folder)

    def assert_findings(self, finished, expected):
        """Asserts that these are the findings, in any order, but for the runtime's own age; and that the status fits."""
        found = [finding for finding in finished.json["findings"] if not finding["code"].startswith("runtime-deprecated")]
        self.assertEqual(sorted((finding["severity"], finding["code"], finding["path"]) for finding in found),
                         sorted(each[:3] for each in expected), finished)
        for severity, code, path, way in expected:
            hints = [finding["hint"] for finding in found if (finding["code"], finding["path"]) == (code, path)]
            self.assertTrue(any(way in hint for hint in hints), "%r is in none of %s" % (way, hints))
        self.assertEqual(finished.status, 1 if any(each[0] == ERROR for each in expected) else 0, finished)


class Forms(FormsCase):
    def test_every_form_has_its_verdict(self):
        forms = zip_forms.forms(self.program, self.library)
        for form, runtime, arguments, expected in FORMS:
            with self.subTest(form):
                self.assert_findings(self.check(forms[form], "--runtime", runtime, *arguments), expected)

    def test_what_is_no_zip_is_named(self):
        forms = zip_forms.forms(self.program, self.library)
        for form, what, way in NO_ZIPS:
            with self.subTest(form):
                self.assert_refused(self.check(forms[form]), 3, "form.zip", what, "hint: ", way)
        others = {"UTF-16 text": b"\xff\xfeP\0K\0\3\0\4\0" + bytes(50), "Git LFS": zip_forms.POINTER,
                  "XML": b"<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>",
                  "JSON": b'{"message": "Not Found"}', "7z": b"7z\xbc\xaf\x27\x1c" + bytes(40),
                  "a tar archive": bytes(257) + b"ustar\0" + bytes(300), "a Linux program": self.program,
                  "it is text": b"This is a text, and has no other form.\n"}
        for what, content in others.items():
            with self.subTest(what):
                self.assert_refused(self.check(content), 3, "form.zip", what, "hint: ")

    def test_every_form_is_in_a_table(self):
        named = [form for form, *_ in FORMS] + [form for form, *_ in NO_ZIPS]
        self.assertEqual(sorted(named), sorted(zip_forms.forms(self.program, self.library)))
        self.assertEqual(len(named), 78)

    def test_what_python_accepts_is_whole(self):
        forms = zip_forms.forms(self.program, self.library)
        for form in ("bsdtar", "bsd2", "jar", "infozip", "streamed", "streamed-stored", "zip64-forced", "7z-default"):
            self.assertTrue(zip_forms.is_whole(forms[form]), form)


class Handler(FormsCase):
    def judged(self, entries, handler, runtime=PYTHON, *arguments):
        return self.check(entries, "--runtime", runtime, *(["--handler", handler] if handler else []), *arguments)

    def test_python_modules_that_are_found(self):
        found = {
            "app.handler": [Entry("app.py", b"def handler(e, c): pass\n")],
            "src.app.handler": [Entry("src/app.py", b"def handler(e, c): pass\n")],
            "src/app.handler": [Entry("src/app.py", b"def handler(e, c): pass\n")],
            "pkg.handler": [Entry("pkg/__init__.py", b"from pkg.core import *\n"), Entry("pkg/core.py", b"")],
            "bytes.handler": [Entry("bytes.pyc", b"\xa7\r\r\n" + bytes(20))],
            "native.handler": [Entry("native.cpython-311-x86_64-linux-gnu.so", self.library)],
            "star.handler": [Entry("star.py", b"globals()['hand' + 'ler'] = print\n")],
        }
        for handler, entries in found.items():
            with self.subTest(handler):
                self.assert_findings(self.judged(entries, handler), [])

    def test_python_modules_that_are_not_found(self):
        module = [Entry("app.py", b"def handler(e, c): pass\n")]
        rows = [
            (module, "handler", "handler-malformed", "", "app.handler"),
            (module, "./app.handler", "handler-malformed", "", "app.handler"),
            (module, "ap.handler", "handler-missing", "", "did you mean 'app.handler'"),
            (module, "App.handler", "handler-missing", "", "case-sensitive: set the Handler to `app.handler`"),
            (module, "app.main", "handler-function", "app.py", "Handler setting"),
            ([Entry("myfunc/app.py", b"def handler(e, c): pass\n")], "app.handler", "handler-missing", "",
             "zip what is in myfunc, or set the Handler to `myfunc.app.handler`"),
            ([Entry("__pycache__/app.cpython-311.pyc", bytes(20))], "app.handler", "handler-missing",
             "__pycache__/app.cpython-311.pyc", "app.pyc"),
            ([Entry("app/core.py", b"handler = 1")], "app.handler", "handler-missing", "app", "__init__.py"),
            ([Entry("src/app.py", b"handler = 1"), Entry("src.py", b"")], "src.app.handler", "handler-missing", "src.py",
             "rename"),
        ]
        for entries, handler, code, path, way in rows:
            with self.subTest(handler, code=code):
                self.assert_findings(self.judged(entries, handler), [(ERROR, code, path, way)])

    def test_node_modules(self):
        module = b"export const handler = async () => 1;\n"
        kind = Entry("package.json", b'{"type": "module"}')
        rows = [
            ([Entry("index.js", zip_forms.JAVASCRIPT)], "index.handler", NODE, None),
            ([Entry("src/index.js", zip_forms.JAVASCRIPT)], "src/index.handler", NODE, None),
            ([Entry("index.mjs", module)], "index.handler", NODE, None),
            ([Entry("index.cjs", zip_forms.JAVASCRIPT), kind], "index.handler", NODE, None),
            ([Entry("index.js", module), kind], "index.handler", NODE, None),
            ([Entry("index.js", module)], "index.handler", "nodejs24.x", None),
            ([Entry("index/index.js", zip_forms.JAVASCRIPT)], "index.handler", NODE, None),
            ([Entry("index.js", module)], "index.handler", "nodejs18.x", (ERROR, "handler-syntax", "index.js", "module")),
            ([Entry("index.js", module)], "", NODE, (WARNING, "handler-syntax", "index.js", "module")),
            ([Entry("index.cjs", module)], "index.handler", NODE, (ERROR, "handler-syntax", "index.cjs", ".mjs")),
            ([Entry("index.js", zip_forms.JAVASCRIPT), kind], "index.handler", NODE,
             (ERROR, "handler-syntax", "index.js", ".cjs")),
            ([Entry("index.mjs", zip_forms.JAVASCRIPT)], "index.handler", NODE,
             (ERROR, "handler-syntax", "index.mjs", ".cjs")),
            ([Entry("index.js", b"exports.other = 1;\n")], "index.handler", NODE,
             (WARNING, "handler-function", "index.js", "define it")),
            ([Entry("index.ts", module)], "index.handler", NODE, (ERROR, "handler-missing", "", "compile index.ts")),
            ([Entry("dist/index.js", zip_forms.JAVASCRIPT)], "index.handler", NODE,
             (ERROR, "handler-missing", "", "set the Handler to `dist/index.handler`")),
            ([Entry("index.js", zip_forms.JAVASCRIPT)], "index", NODE, (ERROR, "handler-malformed", "", "index.handler")),
            ([Entry("index.js", zip_forms.JAVASCRIPT)], "../index.handler", NODE,
             (ERROR, "handler-malformed", "", "index.handler")),
        ]
        for entries, handler, runtime, expected in rows:
            with self.subTest(handler, entries=[entry.name for entry in entries], runtime=runtime):
                self.assert_findings(self.judged(entries, handler, runtime), [expected] if expected else [])

    def test_a_layer_has_the_module_where_the_runtime_looks(self):
        code = b"def handler(e, c): pass\n"
        self.assert_findings(self.judged([Entry("python/wrap/app.py", code)], "wrap.app.handler", PYTHON, "--layer"), [])
        self.assert_findings(self.judged([Entry("python/lib/python3.11/site-packages/app.py", code)], "app.handler", PYTHON,
                                         "--layer"), [])
        self.assert_findings(self.judged([Entry("nodejs/node_modules/wrap/index.js", zip_forms.JAVASCRIPT)], "wrap.handler",
                                         NODE, "--layer"), [])
        finished = self.judged([Entry("python/app.py", code), Entry("lib/x", b"")], "apps.handler", PYTHON, "--layer")
        self.assert_findings(finished, [(ERROR, "handler-missing", "", "put the file in")])

    def test_the_projects_handler_counts(self):
        folder = self.project()
        nested = [Entry("greeter/handler.py", b"def handler(e, c): pass\n")]
        self.assert_findings(self.check(nested, cwd=folder), [(ERROR, "handler-missing", "", "zip what is in greeter")])
        self.assert_findings(self.check([zip_forms.handler()], cwd=folder), [])
        self.assert_findings(self.check(nested, "--handler", "greeter.handler.handler", cwd=folder), [])
        # The project's handler is not that of a zip for another language, or of a layer.
        self.assert_findings(self.check([Entry("index.js", b"")], "--runtime", NODE, cwd=folder), [])
        self.assert_findings(self.check([Entry("python/x.py", b"")], "--layer", cwd=folder), [])

    def test_a_layer_of_the_project_has_the_module(self):
        folder = self.project(project_file=support.PROJECT_FILE + '\n[[layer]]\nzip = "layer.zip"\n')
        (folder / "layer.zip").write_bytes(zip_forms.zip_of([Entry("python/handler.py", b"handler = print\n")]))
        self.assert_findings(self.check([Entry("other.py", b"")], cwd=folder), [])

    def test_a_handler_without_a_runtime(self):
        self.assert_refused(self.check([zip_forms.handler()], "--handler", "handler.handler"), 2, "--handler", "--runtime")


class Programs(FormsCase):
    """What Lambda starts itself: the other ways to be wrong."""

    def judged(self, content, *more, mode=0o100755, name="bootstrap", arguments=()):
        return self.check([Entry(name, content, mode), *more], "--runtime", CUSTOM, *arguments)

    def test_scripts(self):
        fine = (b"#!/bin/sh\necho\n", b"#! /bin/bash -e\n", b"#!/usr/bin/env bash\n", b"#!/usr/bin/env -S bash -e\n")
        for content in fine:
            with self.subTest(content):
                self.assert_findings(self.judged(content), [])
        rows = [
            (b"#!/usr/bin/env node\n", ERROR, "bootstrap-interpreter", "/var/task/"),
            (b"#!/usr/bin/env bash\r\necho\r\n", ERROR, "bootstrap-crlf", "sed"),
            (b"#!/bin/sh\necho\r\n", WARNING, "bootstrap-crlf", "sed"),
            (b"#!/opt/bin/php\n", WARNING, "bootstrap-interpreter", "layer"),
            (b"#!/var/task/bin/php\n", ERROR, "bootstrap-interpreter", "put the interpreter into the zip"),
            (b"\xef\xbb\xbf#!/bin/sh\n", ERROR, "bootstrap-format", "byte order mark"),
            (b"!<arch>\n", ERROR, "bootstrap-format", "package must be `main`"),
            (b"MZ" + bytes(100), ERROR, "bootstrap-format", "GOOS=linux"),
            (b"", ERROR, "bootstrap-format", "write the program"),
            (zip_forms.POINTER, ERROR, "lfs-pointer", "git lfs pull"),
        ]
        for content, severity, code, way in rows:
            with self.subTest(content[:30]):
                self.assert_findings(self.judged(content), [(severity, code, "bootstrap", way)])

    def test_an_interpreter_in_the_zip(self):
        script = b"#!/var/task/bin/php\n"
        self.assert_findings(self.judged(script, Entry("bin/php", self.program, 0o100755)), [])
        self.assert_findings(self.judged(script, Entry("bin/php", self.program)),
                             [(ERROR, "bootstrap-interpreter", "bootstrap", "chmod 0755")])

    def test_a_layer_may_bring_the_program(self):
        self.assert_findings(self.check([Entry("index.php", b"<?php\n")], "--runtime", CUSTOM),
                             [(WARNING, "bootstrap-missing", "", "layer")])

    def test_a_bootstrap_that_is_a_link(self):
        link = zip_forms.link("bootstrap", "bin/app")
        self.assert_findings(self.check([link, Entry("bin/app", self.program, 0o100755)], "--runtime", CUSTOM), [])
        self.assert_findings(self.check([link, Entry("bin/app", self.program)], "--runtime", CUSTOM),
                             [(ERROR, "bootstrap-not-executable", "bootstrap", "chmod 0755")])

    def test_a_library_that_the_program_does_not_find(self):
        made = self.folder / "libthere.so.1"
        self.compile_to(made, "int there(void) { return 1; }", "-shared", "-Wl,-soname,libthere.so.1")
        program = self.compiled("int there(void); int _start(void) { return there(); }", made)
        library = made.read_bytes()
        self.assert_findings(self.judged(program, Entry("lib/libthere.so.1", library)), [])
        self.assert_findings(self.judged(program, Entry("libs/libthere.so.1", library)),
                             [(ERROR, "abi-library-elsewhere", "bootstrap", "lib/")])

    def test_extensions_of_a_layer(self):
        def judged(*entries):
            return self.check(entries, "--runtime", PYTHON, "--layer")

        self.assert_findings(judged(Entry("extensions/log", b"#!/bin/bash\n", 0o100755)), [])
        self.assert_findings(judged(Entry("extensions/log", b"#!/bin/bash\n")),
                             [(ERROR, "extension-not-executable", "extensions/log", "chmod 0755")])
        self.assert_findings(judged(Entry("extensions/log", b"#!/bin/bash\r\n", 0o100755)),
                             [(ERROR, "extension-crlf", "extensions/log", "sed")])
        self.assert_findings(judged(Entry("extensions/log", for_arm(self.program), 0o100755)),
                             [(ERROR, "abi-architecture", "extensions/log", "build it for Linux on x86_64")])


def for_arm(program):
    return zip_forms.for_processor(program, 183)


class Builds(FormsCase):
    """Packages that carry a build for each platform, by the ways in which loaders name them."""

    def addon(self, path, content=None):
        return Entry(path, self.library if content is None else content)

    def judged(self, *entries, runtime=NODE, arguments=()):
        return self.check([Entry("index.js", zip_forms.JAVASCRIPT), *entries], "--runtime", runtime, *arguments)

    def others(self, pattern):
        """Entries for the other platforms; `pattern` has places for the system and the processor."""
        return [self.addon(pattern % ("darwin", "arm64"), zip_forms.MACH_O), self.addon(pattern % ("win32", "x64"), zip_forms.WINDOWS),
                self.addon(pattern % ("freebsd", "x64"), zip_forms.for_system(self.library, 9)),
                self.addon(pattern % ("linux", "arm64"), for_arm(self.library))]

    PATTERNS = [
        "node_modules/bcrypt/prebuilds/%s-%s/bcrypt.node", "node_modules/bufferutil/prebuilds/%s-%s/node.napi.node",
        "node_modules/ort/bin/napi-v3/%s/%s/binding.node", "node_modules/swc/swc.%s-%s.node",
        "node_modules/@img/sharp-%s-%s/lib/sharp.node", "node_modules/grpc/src/node/extension_binary/node-v93-%s-%s-glibc/g.node",
    ]

    def test_a_fitting_build_beside_the_others(self):
        for pattern in self.PATTERNS:
            with self.subTest(pattern):
                finished = self.judged(self.addon(pattern % ("linux", "x64")), *self.others(pattern))
                self.assertEqual(finished.status, 0, finished)
                found = finished.json["findings"]
                self.assertEqual({(each["severity"], each["code"]) for each in found}, {(NOTE, "abi-other-platform")}, finished)
                text = " ".join(each["message"] for each in found)
                for word in ("macOS", "Windows", "FreeBSD", "64-bit ARM", pattern % ("linux", "x64")):
                    self.assertIn(word, text)

    def test_no_fitting_build_is_an_error(self):
        for pattern in self.PATTERNS:
            with self.subTest(pattern):
                finished = self.judged(*self.others(pattern))
                self.assertEqual(finished.status, 1, finished)
                wrong = {each["path"] for each in finished.json["findings"] if each["severity"] == ERROR}
                self.assertIn(pattern % ("darwin", "arm64"), wrong)

    def test_tags_of_node_gyp_build(self):
        folder = "node_modules/argon2/prebuilds/"
        musl = self.addon(folder + "linux-x64/argon2.musl.node", zip_forms.for_processor(self.library, 40))
        fitting = self.addon(folder + "linux-x64/argon2.glibc.node")
        finished = self.judged(fitting, musl, self.addon(folder + "linux-arm64/argon2.armv8.glibc.node", for_arm(self.library)),
                               self.addon(folder + "darwin-x64+arm64/argon2.node", zip_forms.MACH_O))
        self.assert_findings(finished, [(NOTE, "abi-other-platform", folder + "darwin-x64+arm64/argon2.node", "only take space")])

    def test_the_build_for_the_function_is_for_another_system(self):
        folder = "node_modules/bcrypt/prebuilds/"
        finished = self.judged(self.addon(folder + "linux-x64/bcrypt.node", zip_forms.MACH_O),
                               self.addon(folder + "darwin-x64/bcrypt.node", zip_forms.MACH_O))
        self.assertEqual(finished.status, 1, finished)
        # What node-gyp compiled on a Mac comes before prebuilds/.
        finished = self.judged(self.addon("node_modules/bcrypt/build/Release/bcrypt.node", zip_forms.MACH_O),
                               self.addon(folder + "linux-x64/bcrypt.node"))
        self.assert_findings(finished, [(ERROR, "abi-foreign-format", "node_modules/bcrypt/build/Release/bcrypt.node",
                                         "npm install --os=linux")])

    def test_a_package_for_another_system_alone(self):
        # npm does not install it on Linux, so the function does without it there.
        addon = self.addon("node_modules/fsevents/fsevents.node", zip_forms.MACH_O)
        described = Entry("node_modules/fsevents/package.json", b'{"name": "fsevents", "os": ["darwin"]}')
        self.assert_findings(self.judged(addon, described),
                             [(NOTE, "abi-other-platform", "node_modules/fsevents/fsevents.node", "space")])
        self.assertEqual(self.judged(addon).status, 1)
        # Its name says that there is one for each system, so the one for Linux is missing.
        name = "node_modules/@img/sharp-darwin-arm64/"
        finished = self.judged(self.addon(name + "lib/sharp.node", zip_forms.MACH_O), Entry(name + "package.json", b'{"os": ["darwin"]}'))
        self.assertEqual(finished.status, 1, finished)

    def test_the_other_processor(self):
        pattern = "node_modules/bcrypt/prebuilds/%s-%s/bcrypt.node"
        entries = [self.addon(pattern % ("linux", "x64")), self.addon(pattern % ("linux", "arm64"), for_arm(self.library))]
        for architecture, left in (("x86_64", "arm64"), ("arm64", "x64")):
            finished = self.judged(*entries, arguments=["--arch", architecture])
            self.assert_findings(finished, [(NOTE, "abi-other-platform", pattern % ("linux", left), "space")])
        self.assertEqual(self.judged(entries[0], arguments=["--arch", "arm64"]).status, 1)

    def test_python_modules_in_several_forms(self):
        linux = Entry("pkg/_a.cpython-311-x86_64-linux-gnu.so", self.library)
        entries = [zip_forms.handler(), Entry("pkg/__init__.py"), Entry("pkg/_a.cp311-win_amd64.pyd", zip_forms.WINDOWS)]
        self.assert_findings(self.check([*entries, linux], "--runtime", PYTHON),
                             [(NOTE, "abi-other-platform", "pkg/_a.cp311-win_amd64.pyd", "space")])
        self.assert_findings(self.check(entries, "--runtime", PYTHON),
                             [(ERROR, "abi-foreign-format", "pkg/_a.cp311-win_amd64.pyd", "--platform manylinux2014_x86_64")])

    def test_a_zip_with_its_own_c_library(self):
        def library(name, source="int there(void) { return 1; }", *flags):
            made = self.folder / name
            self.compile_to(made, source, "-shared", "-Wl,-soname," + name, *flags)
            return made.read_bytes()

        # An own C library of a version that the runtime lacks, and a library that needs this version.
        (self.folder / "map").write_text("GLIBC_2.99 { *; };")
        libc = library("libc.so.6", "int there(void) { return 1; }", "-Wl,--version-script," + str(self.folder / "map"))
        needing = library("libneeds.so", "int there(void); int f(void) { return there(); }", self.folder / "libc.so.6")
        entries = [Entry("bootstrap", b"#!/bin/sh\n", 0o100755), Entry("lib/libc.so.6", libc), Entry("lib/libneeds.so", needing)]
        loader = Entry("lib/ld-linux-x86-64.so.2", self.library, 0o100755)
        self.assert_findings(self.check([*entries, loader], "--runtime", CUSTOM), [])
        self.assert_findings(self.check(entries, "--runtime", CUSTOM),
                             [(WARNING, "abi-symbol-version", "lib/libneeds.so", "build it on Amazon Linux 2023")])


class Layers(FormsCase):
    def judged(self, *names, runtime=PYTHON):
        arguments = ["--runtime", runtime] if runtime else []
        return self.check([Entry(name, b"x") for name in names], "--layer", *arguments)

    def test_right_places(self):
        for names, runtime in ((["python/lib/python3.11/site-packages/a/__init__.py"], PYTHON), (["bin/tool", "lib/libx.so.1"], PYTHON),
                               (["nodejs/node22/node_modules/ms/index.js"], NODE), (["bootstrap"], NODE),
                               (["python/a/__init__.py", "nodejs/node_modules/ms/index.js"], NODE),
                               (["python/a/__init__.py", "python/lib/python3.9/site-packages/b/__init__.py"], PYTHON),
                               (["php/vendor/a/__init__.py", "bin/php"], CUSTOM),
                               (["python/lib/python3.9/site-packages/b/__init__.py"], None)):
            with self.subTest(names):
                self.assert_findings(self.judged(*names, runtime=runtime), [])

    def test_wrong_places(self):
        rows = [
            (["mylayer/python/a/__init__.py"], PYTHON, "mylayer", "cd mylayer && zip"),
            (["python/a/__init__.py"], NODE, "python/a/__init__.py", "of the language"),
            (["nodejs/node20/node_modules/ms/index.js"], NODE, "nodejs/node20/node_modules/ms/index.js", "nodejs/node_modules"),
            (["lib/python3.11/site-packages/a/__init__.py"], PYTHON, "lib/python3.11/site-packages/a/__init__.py", "python/"),
            (["a/__init__.py"], None, "a/__init__.py", "zip -r layer.zip python"),
        ]
        for names, runtime, path, way in rows:
            with self.subTest(names):
                self.assert_findings(self.judged(*names, runtime=runtime), [(ERROR, "layer-place", path, way)])

    def test_what_may_be_right(self):
        self.assert_findings(self.judged("model.bin"), [(NOTE, "layer-place", "", "")])
        self.assert_findings(self.judged("libpq.so.5", "bin/x"), [(WARNING, "layer-place", "libpq.so.5", "into lib/")])
        self.assert_findings(self.judged("python/a/__init__.py", "b/__init__.py"),
                             [(WARNING, "layer-place", "b/__init__.py", "python/")])

    def test_a_layer_that_is_checked_as_a_function(self):
        finished = self.check([Entry("python/a/__init__.py")], "--runtime", PYTHON)
        self.assert_findings(finished, [(NOTE, "layer-form", "", "--layer")])


class Bounds(FormsCase):
    def test_a_zip_that_unpacks_to_very_much_is_judged_by_its_headers(self):
        # Every line of the directory leads to the same bytes: 64 MB of zeros, 500 times.
        zeros = bytes(64_000_000)
        whole = zip_forms.zip_of([Entry("a" * 8, zeros)])
        at = whole.index(b"PK\1\2")
        line, end = bytearray(whole[at:-22]), bytearray(whole[-22:])
        lines = []
        for number in range(500):
            line[46:54] = b"%08d" % number
            lines.append(bytes(line))
        end[8:12] = (500).to_bytes(2, "little") * 2
        end[12:16] = len(b"".join(lines)).to_bytes(4, "little")
        finished = self.check(whole[:at] + b"".join(lines) + bytes(end), "--runtime", PYTHON)
        self.assertEqual(finished.status, 1, finished)
        codes = {finding["code"] for finding in finished.json["findings"]}
        self.assertLessEqual({"unzipped-too-large", "entries-overlap", "contents-not-checked"}, codes)

    def test_many_pointers_are_one_count(self):
        finished = self.check([zip_forms.handler()] + [Entry("m%d.bin" % number, zip_forms.POINTER) for number in range(40)],
                              "--runtime", PYTHON)
        found = [finding for finding in finished.json["findings"] if finding["code"] == "lfs-pointer"]
        self.assertEqual((len(found), found[-1]["message"]), (11, "the same holds for 30 more entries"), finished)


if __name__ == "__main__":
    support.main()
