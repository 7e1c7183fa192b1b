"""Native code that the runtime cannot load: check, stage and build find it, name it and say what to do."""
import subprocess
import zipfile

import support

PLAIN = "int f(void) { return 1; }"
FOR_GLIBC_2_35 = """int epoll_pwait2(int, void*, int, void*, void*);
int f(void) { return epoll_pwait2(0, 0, 0, 0, 0); }"""
NEEDS_THERE = "int there(void);\nint f(void) { return there(); }"
MACH_O = b"\xcf\xfa\xed\xfe\x07\x00\x00\x01" + bytes(64) + b"_PyInit__core"


class AbiCase(support.Case):
    def library(self, name, source, *flags):
        """Returns the bytes of a shared library that this machine's compiler makes."""
        folder = self.folder / "made"
        folder.mkdir(exist_ok=True)
        (folder / "source.c").write_text(source)
        subprocess.run(["gcc", "-shared", "-fPIC", "-w", "-Wl,-soname," + name, "-o", folder / name,
                        folder / "source.c", *flags], check=True)
        return (folder / name).read_bytes()

    def needing(self, name):
        self.library(name, "int there(void) { return 1; }")
        return self.library("_gdal.so", NEEDS_THERE, self.folder / "made" / name)

    def zip_of(self, files):
        path = self.folder / "bundle.zip"
        with zipfile.ZipFile(path, "w") as bundle:
            for name, content in files.items():
                entry = zipfile.ZipInfo(name)
                entry.external_attr = 0o100644 << 16
                bundle.writestr(entry, content)
        return path

    def findings(self, finished, severity=None):
        return [finding for finding in finished.json["findings"]
                if finding["code"].startswith("abi-") and severity in (None, finding["severity"])]

    def check(self, files, runtime="python3.11", architecture="x86_64"):
        return self.run_program("check", self.zip_of(files), "--runtime", runtime, "--arch", architecture, "--format",
                                "json", cwd=self.folder)

    def assert_one_error(self, finished, code, path, *texts):
        self.assertEqual(finished.status, 1, finished)
        errors = self.findings(finished, "error")
        self.assertEqual([(error["code"], error["path"]) for error in errors], [(code, path)], finished)
        for text in texts:
            self.assertIn(text, errors[0]["message"] + "\n" + errors[0]["hint"])


class Check(AbiCase):
    def test_what_fits(self):
        finished = self.check({"handler.py": "", "pkg/_core.cpython-311-x86_64-linux-gnu.so": self.library("a.so", PLAIN)})
        self.assertEqual((finished.status, self.findings(finished)), (0, []), finished)

    def test_a_library_for_macos(self):
        name = "pkg/_core.cpython-311-darwin.so"
        self.assert_one_error(self.check({"pkg/__init__.py": "", name: MACH_O}), "abi-foreign-format", name, "macOS",
                              "Linux")

    def test_a_library_for_glibc_2_35(self):
        library = self.library("libnew.so", FOR_GLIBC_2_35)
        record = "pkg/libnew.so,,\npkg-1.5.dist-info/RECORD,,\n"
        files = {"pkg/libnew.so": library, "pkg-1.5.dist-info/RECORD": record,
                 "pkg-1.5.dist-info/METADATA": "Metadata-Version: 2.1\nName: pkg\nVersion: 1.5\n"}
        self.assert_one_error(self.check(files), "abi-symbol-version", "pkg/libnew.so", "epoll_pwait2@GLIBC_2.35",
                              "python3.11 has glibc 2.26", "pkg 1.5", "manylinux_2_26")
        self.assert_one_error(self.check(files, runtime="python3.12"), "abi-symbol-version", "pkg/libnew.so",
                              "python3.12 has glibc 2.34")

    def test_a_missing_libexpat(self):
        # The library is in the image of python3.12, but not in its runtime.
        library = self.needing("libexpat.so.1")
        for runtime in ("python3.9", "python3.12"):
            self.assert_one_error(self.check({"pkg/_gdal.so": library}, runtime=runtime), "abi-library-missing",
                                  "pkg/_gdal.so", "libexpat.so.1", "lib/")
        there = (self.folder / "made/libexpat.so.1").read_bytes()
        finished = self.check({"pkg/_gdal.so": library, "lib/libexpat.so.1": there}, runtime="python3.12")
        self.assertEqual((finished.status, self.findings(finished)), (0, []), finished)

    def test_another_processor(self):
        library = bytearray(self.library("libf.so", PLAIN))
        self.assert_one_error(self.check({"libf.so": bytes(library)}, architecture="arm64"), "abi-architecture",
                              "libf.so", "64-bit x86", "arm64")
        library[4], library[18] = 1, 3  # ELF class 32-bit, machine i386
        self.assert_one_error(self.check({"libf.so": bytes(library)}), "abi-architecture", "libf.so", "32-bit x86")

    def test_a_module_for_another_python(self):
        name = "pkg/_core.cpython-312-x86_64-linux-gnu.so"
        library = self.library("core.so", PLAIN)
        self.assert_one_error(self.check({name: library}), "abi-python-version", name, "cpython-312", "cpython-311")
        finished = self.check({name: library}, runtime="python3.12")
        self.assertEqual((finished.status, self.findings(finished)), (0, []), finished)

    def test_names_that_are_not_known(self):
        path = self.zip_of({"handler.py": ""})
        self.assert_refused(self.run_program("check", path, "--runtime", "python3.1", cwd=self.folder), 2, "python3.1")
        self.assert_refused(self.run_program("check", path, "--runtime", "go1.x", cwd=self.folder), 2, "go1.x", "2024-01-08",
                            "provided.al2023")
        self.assert_refused(self.run_program("check", path, "--runtime", "python3.11", "--arch", "mips", cwd=self.folder),
                            2, "mips")

    def test_without_a_runtime_native_code_is_not_judged(self):
        path = self.zip_of({"libnew.so": self.library("libnew.so", FOR_GLIBC_2_35)})
        finished = self.run_program("check", path, "--format", "json", cwd=self.folder)
        self.assertEqual((finished.status, self.findings(finished)), (0, []), finished)

    def test_the_newest_runtimes(self):
        for runtime in ("python3.15", "nodejs26.x"):
            finished = self.check({"handler.py": "", "index.js": ""}, runtime=runtime)
            self.assertEqual((finished.status, self.findings(finished)), (0, []), finished)

    def test_a_runtime_out_of_support(self):
        finished = self.run_program("check", self.zip_of({"handler.py": ""}), "--runtime", "python3.9", "--format", "json",
                                    cwd=self.folder)
        codes = {finding["code"]: finding for finding in finished.json["findings"]}
        self.assertEqual(finished.status, 0, finished)
        self.assertEqual(codes["runtime-deprecated"]["severity"], "warning")
        self.assertIn("2025-12-15", codes["runtime-deprecated"]["message"])


class StageAndBuild(AbiCase):
    def project_with(self, files, handler=support.HANDLER):
        folder = self.project(handler=handler, project_file=support.PROJECT_FILE.replace(
            'source = ["handler.py"]', 'source = ["handler.py", "extra/**"]'))
        support.write_tree(folder, {"extra/" + name: content for name, content in files.items()})
        return folder

    HANDLER_THAT_LOADS = support.HANDLER.replace("import greeting\n", """import ctypes
import os

import greeting

ctypes.CDLL(os.path.join(os.path.dirname(__file__), 'extra/libnew.so'))
""")

    def test_what_the_bundle_holds_fails_the_build_and_nothing_is_published(self):
        # It loads on this machine, whose glibc is newer than the runtime's.
        folder = self.project_with({"libnew.so": self.library("libnew.so", FOR_GLIBC_2_35)}, self.HANDLER_THAT_LOADS)
        finished = self.run_program("build", "--format", "json", cwd=folder)
        self.assert_one_error(finished, "abi-symbol-version", "extra/libnew.so", "epoll_pwait2@GLIBC_2.35",
                              "the function's own files")
        self.assertFalse((folder / "dist/greeter.zip").exists())

    def test_an_event_that_fails_unshrunk_is_told_with_its_likely_cause(self):
        name = "_core.cpython-312-x86_64-linux-gnu.so"
        folder = self.project_with({"__init__.py": "", name: self.library("core.so", PLAIN)},
                                   support.HANDLER.replace("import greeting\n", "import extra._core\nimport greeting\n"))
        finished = self.run_program("build", cwd=folder)
        self.assert_refused(finished, 3)
        self.assertIn("extra/%s is a module for cpython-312" % name, finished.stderr)

    def test_what_is_dropped_is_no_error(self):
        folder = self.project_with({"libnew.so": self.library("libnew.so", FOR_GLIBC_2_35)})
        finished = self.build(folder, "--format", "json", "--drop", "extra/**")
        self.assertEqual(self.findings(finished), [])

    def test_stage_judges_the_whole_tree(self):
        folder = self.project_with({"libnew.so": self.library("libnew.so", FOR_GLIBC_2_35),
                                    "_gdal.so": self.needing("libthere.so.1")})
        finished = self.run_program("stage", "--format", "json", cwd=folder)
        self.assert_one_error(finished, "abi-symbol-version", "extra/libnew.so")
        warnings = self.findings(finished, "warning")
        self.assertEqual([(warning["code"], warning["path"]) for warning in warnings],
                         [("abi-library-missing", "extra/_gdal.so")])

    def test_a_release_that_fits_is_named(self):
        folder = self.project()
        module = "new.cpython-311-x86_64-linux-gnu.so"
        # The newer wheel's tag promises an older glibc than its code needs.
        for version, source in (("2.0", FOR_GLIBC_2_35), ("1.9", PLAIN)):
            support.make_wheel(folder / "wheels", "new", version, {module: self.library(module, source)},
                               "cp311-cp311-manylinux2014_x86_64")
        with open(folder / "requirements.txt", "a") as requirements:
            requirements.write("new==2.0\n")
        finished = self.run_program("stage", "--format", "json", cwd=folder)
        self.assert_one_error(finished, "abi-symbol-version", module, "from new 2.0", "; new 1.9 has a wheel for it")


if __name__ == "__main__":
    support.main()
