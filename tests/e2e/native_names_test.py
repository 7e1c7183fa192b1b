"""Modules and data that only compiled code names: tables that Cython and mypyc make of Python, and names in C++ and Rust (pybind11, nanobind, PyO3).

The test compiles a package with each tool. Its traced event imports the compiled modules and calls nothing in them. Each unseen event calls one,
which imports and opens what no Python source names. Each package also has decoys, which nothing asks for. C++ and Rust
take two minutes to compile, so these tools run only with LBUNDLE_TEST_ALL=1 (`ci/test --all`, which installs Rust). Unit tests have the
forms of all tools.
"""
import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys
import sysconfig
import zipfile

import support

INCLUDE = sysconfig.get_paths()["include"]
SUFFIX = ".cpython-311-x86_64-linux-gnu.so"
CYTHON = """# cython: language_level=3
import os.path
import pkgutil
from . import near


def read(*parts):
    with open(os.path.join(os.path.dirname(near.__file__), *parts)) as file:
        return file.read()


def run():
    from . import beside
    from PKG.deep import hidden
    import PKG_root
    kind = "plain" if near.WORD else ""
    data = read("rates.bin") + read("tables", kind) + pkgutil.get_data("PKG", "deep/roots.pem").decode()
    data += read("deep", f"{kind}.tab") + read("cell-%d.csv" % len(kind))
    return near.WORD + beside.WORD + hidden.WORD + PKG_root.WORD + data
"""
MYPYC = """import os.path


def read(where: str, name: str) -> str:
    with open(os.path.join(where, name)) as file:
        return file.read()


def run() -> str:
    from PKG import near, beside
    from PKG.deep import hidden
    import PKG_root
    where = os.path.dirname(near.__file__)
    kind = "plain" if near.WORD else ""
    data = read(where, "rates.bin") + read(where, "tables/" + kind) + read(where, "deep/roots.pem")
    data += read(where, f"deep/{kind}.tab") + read(where, "cell-%d.csv" % len(kind))
    return str(near.WORD + beside.WORD + hidden.WORD + PKG_root.WORD + data)
"""
CPP = """#include <HEADER>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>

static std::string where() {
  auto path = LIBRARY::cast<std::string>(LIBRARY::module_::IMPORT("PKG.near").attr("__file__"));
  return path.substr(0, path.rfind('/'));
}

static std::string read(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

static std::string data() {
  const std::string kind(where().empty() ? "" : "plain");
  char cell[4096];
  std::snprintf(cell, sizeof cell, "%s/cell-%zu.csv", where().c_str(), kind.size());
  return read(where() + "/rates.bin") + read(where() + "/tables/" + kind) + read(where() + "/deep/roots.pem") +
         read(where() + "/deep/" + kind + ".tab") + read(cell);
}

static std::string word(const char* module) {
  return LIBRARY::cast<std::string>(LIBRARY::module_::IMPORT(module).attr("WORD"));
}

static std::string run() {
  return word("PKG.near") + word("PKG.beside") + word("PKG.deep.hidden") + word("PKG_root") + data();
}

MODULE(fast, made) { made.def("run", []() { return LIBRARY::str(run().c_str()); }); }
"""
RUST = """use pyo3::prelude::*;

fn word(py: Python<'_>, module: &str) -> PyResult<String> {
    py.import(module)?.getattr("WORD")?.extract()
}

#[pyfunction]
fn run(py: Python<'_>) -> PyResult<String> {
    let file: String = py.import("PKG.near")?.getattr("__file__")?.extract()?;
    let place = std::path::Path::new(&file).parent().unwrap();
    let kind = if file.is_empty() { "" } else { "plain" };
    let read = |name: &str| std::fs::read_to_string(place.join(name)).unwrap_or_default();
    let data = read("rates.bin") + &read(&format!("tables/{}", kind)) + &read("deep/roots.pem")
        + &read(&format!("deep/{}.tab", kind)) + &read(&format!("cell-{}.csv", kind.len()));
    Ok(word(py, "PKG.near")? + &word(py, "PKG.beside")? + &word(py, "PKG.deep.hidden")? + &word(py, "PKG_root")? + &data)
}

#[pymodule]
fn fast(made: &Bound<'_, PyModule>) -> PyResult<()> {
    made.add_function(wrap_pyfunction!(run, made)?)
}
"""
CARGO = """[package]
name = "fast"
version = "1.0.0"
edition = "2021"

[lib]
crate-type = ["cdylib"]
path = "fast.rs"

[dependencies]
pyo3 = { version = "=0.25.1", features = ["extension-module"] }
"""
# Tools that store texts one after the other; newer releases of Cython store the lengths in code.
WITHOUT_ENDS = ("cy_zlib", "cy_lzss", "cy_plain", "by_pyo3")
PROJECT_FILE = """[function]
name = "compiled"
handler = "handler.handler"
runtime = "python3.11"
requirements = "requirements.txt"
source = ["handler.py"]

[[event]]
files = "events/train.json"

[[event]]
files = "events/unseen-*.json"
verify_only = true

[sandbox]
cold_starts = 0
"""


def run(*arguments, cwd, **environment):
    finished = subprocess.run([str(each) for each in arguments], cwd=cwd, env=dict(os.environ, **environment), text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if finished.returncode != 0:
        raise AssertionError("%s: %s" % (" ".join(map(str, arguments)), finished.stdout))


class NativeNames(support.Case):
    def fetch(self, *requirements):
        """Returns a folder with these packages."""
        folder = self.folder / "tools" / "-".join(requirements).replace("=", "")
        run(sys.executable, "-m", "pip", "install", "--quiet", "--no-compile", "--target", folder, *requirements, cwd=self.folder)
        return folder

    def source(self, tool, files):
        folder = self.folder / "build" / tool
        support.write_tree(folder, {name: text.replace("PKG", tool) for name, text in files.items()})
        return folder

    def cython(self, tool, version, *flags):
        tools = self.fetch("cython==" + version)
        # It compiles a module of a package only by its place.
        folder = self.source(tool, {"PKG/fast.pyx".replace("PKG", tool): CYTHON, tool + "/__init__.py": ""})
        run(sys.executable, tools / "cython.py", "-3", "%s/fast.pyx" % tool, cwd=folder, PYTHONPATH=str(tools))
        run("gcc", "-O2", "-shared", "-fPIC", "-w", "-I" + INCLUDE, *flags, tool + "/fast.c", "-o", "fast.so", cwd=folder)
        return {tool + "/fast" + SUFFIX: (folder / "fast.so").read_bytes()}

    def mypyc(self, tool):
        tools = self.fetch("mypy==1.15.0", "setuptools==80.9.0")
        # Two modules, so that their code is in a shared module at the root, whose name is a hash.
        folder = self.source(tool, {**{path: "WORD = ''\n" for path in (tool + "/near.py", tool + "/beside.py", tool + "/deep/hidden.py", tool + "_root.py")},
                                    tool + "/deep/__init__.py": "", tool + "/fast.py": MYPYC, tool + "/more.py": "def more() -> int:\n    return 1\n", tool + "/__init__.py": "",
                                    "setup.py": "from mypyc.build import mypycify\nfrom setuptools import setup\nsetup(name='PKG', packages=[],"
                                    " ext_modules=mypycify(['PKG/fast.py', 'PKG/more.py'], opt_level='0'))\n"})
        run(sys.executable, "setup.py", "--quiet", "build_ext", "--inplace", cwd=folder, PYTHONPATH=str(tools))
        files = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.so") if "build" not in path.relative_to(folder).parts}
        self.assertTrue(any("__mypyc" in name and "/" not in name for name in files), files.keys())
        return files

    def zig(self):
        """Returns a compiler for the runtime's glibc; this machine's is newer."""
        compiler = self.folder / "zig"
        if not compiler.exists():
            tools = self.fetch("ziglang==0.15.2")
            compiler.write_text('#!/bin/sh\nlanguage=$1\nshift\nexec "%s/ziglang/zig" "$language" -target x86_64-linux-gnu.2.26 "$@"\n' % tools)
            compiler.chmod(0o755)
        return compiler

    def cpp(self, tool, words, *arguments):
        """Compiles CPP with its `words` replaced. Both libraries have the same functions, under almost the same names."""
        text = CPP
        for word, replacement in words.items():
            text = text.replace(word, replacement)
        folder = self.source(tool, {"fast.cpp": text})
        run(self.zig(), "c++", "-std=c++17", "-O1", "-shared", "-fPIC", "-fvisibility=hidden", "-w", "-s", "-I" + INCLUDE, "-idirafter", "/usr/include",
            "fast.cpp", *arguments, "-o", "fast.so", cwd=folder)
        return {tool + "/fast" + SUFFIX: (folder / "fast.so").read_bytes()}

    def pybind11(self, tool):
        tools = self.fetch("pybind11==2.13.6")
        words = {"HEADER": "pybind11/pybind11.h", "LIBRARY": "pybind11", "IMPORT": "import", "MODULE": "PYBIND11_MODULE"}
        return self.cpp(tool, words, "-I%s/pybind11/include" % tools)

    def nanobind(self, tool):
        tools = self.fetch("nanobind==2.7.0") / "nanobind"
        words = {"HEADER": "nanobind/stl/string.h", "LIBRARY": "nanobind", "IMPORT": "import_", "MODULE": "NB_MODULE"}
        return self.cpp(tool, words, tools / "src/nb_combined.cpp", "-fno-strict-aliasing", "-I%s/include" % tools, "-I%s/ext/robin_map/include" % tools)

    def pyo3(self, tool):
        folder = self.source(tool, {"fast.rs": RUST, "Cargo.toml": CARGO})
        linker = folder / "cc"  # rustc knows the flags by the name
        linker.write_text('#!/bin/sh\nexec "%s" cc "$@"\n' % self.zig())
        linker.chmod(0o755)
        run("/usr/bin/cargo", "build", "--quiet", "--release", cwd=folder, PYO3_PYTHON=sys.executable, RUSTC="/usr/bin/rustc",
            CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_LINKER=str(linker))
        return {tool + "/fast" + SUFFIX: (folder / "target/release/libfast.so").read_bytes()}

    def packages(self):
        """Compiles each tool's package, and returns its files."""
        jobs = {
            "cy_separate": lambda tool: self.cython(tool, "3.1.6"),
            "cy_zlib": lambda tool: self.cython(tool, "3.2.4"),
            "cy_lzss": lambda tool: self.cython(tool, "3.3.1"),
            "cy_plain": lambda tool: self.cython(tool, "3.3.1", "-DCYTHON_COMPRESS_STRINGS=0"),
            "by_mypyc": self.mypyc,
        }
        if os.environ.get("LBUNDLE_TEST_ALL") == "1":
            jobs.update({"by_pybind": self.pybind11, "by_nanobind": self.nanobind, "by_pyo3": self.pyo3})
            self.zig()
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            waiting = {tool: pool.submit(compile_package, tool) for tool, compile_package in jobs.items()}
            return {tool: future.result() for tool, future in waiting.items()}

    def check(self, tools, requirements):
        """Builds a function that uses the tools' packages, and checks that their hidden modules are there and their decoys are not."""
        folder = self.folder / "project"
        support.write_tree(folder, {
            "lbundle.toml": PROJECT_FILE, "events/train.json": "{}", "requirements.txt": requirements,
            "handler.py": "import sys\n%s\n\n\ndef handler(event, context):\n"
                          "    return sys.modules[event['tool'] + '.fast'].run() if 'tool' in event else 'imported'\n"
                          % "\n".join("import %s.fast" % tool for tool in tools)})
        for tool in tools:
            support.write_tree(folder, {"events/unseen-%s.json" % tool: json.dumps({"tool": tool})})
        finished = self.run_program("build", "--no-repair", "--format", "json", cwd=folder)
        self.assertEqual(finished.status, 0, finished)
        self.assertEqual({event["name"]: event["match"] for event in finished.json["events"]},
                         {"train": True, **{"unseen-" + tool: True for tool in tools}})
        with zipfile.ZipFile(folder / "dist/compiled.zip") as archive:
            names = archive.namelist()
        wanted = {"%s/%s" % (tool, name) for tool in tools for name in ("rates.bin", "tables/plain", "deep/roots.pem", "deep/plain.tab", "cell-5.csv")}
        self.assertEqual(wanted - set(names), set())
        self.assertEqual([name for name in names if "decoy" in pathlib.PurePath(name).name], [])

    def modules(self, tool):
        return {tool + "/__init__.py": "", tool + "/near.py": "WORD = 'near '\n", tool + "/beside.py": "WORD = 'beside '\n",
                tool + "/deep/__init__.py": "", tool + "/deep/hidden.py": "WORD = 'hidden '\n", tool + "_root.py": "WORD = 'root'\n",
                tool + "/decoy.py": "WORD = 'decoy'\n", tool + "/deep/decoy.py": "", tool + "_decoy.py": "",
                tool + "/rates.bin": " rates", tool + "/tables/plain": " tables", tool + "/deep/roots.pem": " roots", tool + "/deep/plain.tab": " tab",
                tool + "/cell-5.csv": " cell", tool + "/others/decoy": "decoy",
                # Where texts have no ends, each ending of a file's name may be a text.
                **({} if tool in WITHOUT_ENDS else {tool + "/decoy.bin": "", tool + "/others/decoy.pem": ""}),
                # mypyc takes "cell-%d.csv" apart, so ".csv" is a text.
                **({} if tool in WITHOUT_ENDS or tool == "by_mypyc" else {tool + "/decoy.csv": ""})}

    def test_each_tool(self):
        packages = self.packages()
        for tool, files in packages.items():
            support.make_wheel(self.folder / "project/wheels", tool, "1.0", dict(self.modules(tool), **files),
                               tag="cp311-cp311-manylinux_2_17_x86_64")
        self.check(packages, "--no-index\n--find-links wheels\n" + "".join("%s==1.0\n" % tool for tool in packages))


if __name__ == "__main__":
    support.main()
