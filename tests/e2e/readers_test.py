"""Zip programs of other projects read lbundle's zips correctly, including links and modes."""
import base64
import json
import os
import shutil
import stat
import subprocess
import zipfile

import support

TREE = {
    "handler.py": "def handler(event, context):\n    return 1\n",
    "pkg/__init__.py": "",
    "pkg/data with space.txt": "text " * 4000,
    "pkg/größe-日本語.txt": "x" * 300,
    "pkg/noise.bin": bytes(range(256)) * 300,
    "bin/run": "#!/bin/sh\necho run\n",
    "lib/libdeep.so.1.2": os.urandom(5000),
    "a/" + "/".join("deep%d" % level for level in range(20)) + "/f": "far down",
}
LINKS = {"lib/libdeep.so.1": "libdeep.so.1.2", "lib/libdeep.so": "libdeep.so.1", "pkg/lib": "../lib", "top": "pkg/__init__.py"}

LIST_IN_GO = """package main

import ("archive/zip"; "encoding/json"; "io"; "os")

func main() {
	r, err := zip.OpenReader(os.Args[1])
	if err != nil { panic(err) }
	seen := map[string][]interface{}{}
	for _, f := range r.File {
		rc, err := f.Open()
		if err != nil { panic(err) }
		b, err := io.ReadAll(rc)
		if err != nil { panic(err) }
		link := f.Mode()&os.ModeSymlink != 0
		seen[f.Name] = []interface{}{link, f.Mode().Perm()&0100 != 0 && !link, b}
	}
	json.NewEncoder(os.Stdout).Encode(seen)
}
"""


class Readers(support.Case):
    def setUp(self):
        super().setUp()
        support.write_tree(self.folder / "tree", TREE)
        (self.folder / "tree/bin/run").chmod(0o700)
        for name, target in LINKS.items():
            os.symlink(target, self.folder / "tree" / name)
        self.zip = self.folder / "out.zip"
        self.run_ok("pack", "tree", "-o", self.zip, "--pack-level", "max", cwd=self.folder)
        self.out = self.folder / "out"
        self.out.mkdir()

    def expected(self):
        """Returns path -> (is a link, is executable, content or target)."""
        seen = {name: (False, name == "bin/run", content if isinstance(content, bytes) else content.encode())
                for name, content in TREE.items()}
        seen.update({name: (True, False, target.encode()) for name, target in LINKS.items()})
        return seen

    def unpacked(self):
        seen = {}
        for name, (mode, _, content) in support.snapshot(self.out).items():
            if stat.S_ISDIR(mode):
                continue
            link = stat.S_ISLNK(mode)
            seen[name] = (link, not link and mode & 0o100 != 0, content.encode() if link else content)
        return seen

    def need(self, program):
        if shutil.which(program) is None:
            support.skip("%s is not installed" % program)

    def run_reader(self, *command, **options):
        self.need(command[0])
        return subprocess.run(list(map(str, command)), check=True, stdout=subprocess.PIPE, cwd=self.out,
                              env=dict(os.environ, LC_ALL="C.UTF-8"), **options).stdout

    def test_unzip(self):
        self.run_reader("unzip", "-q", self.zip)
        self.assertEqual(self.unpacked(), self.expected())
        self.run_reader("unzip", "-tq", self.zip)

    def test_bsdtar(self):
        self.run_reader("bsdtar", "-xf", self.zip)
        self.assertEqual(self.unpacked(), self.expected())

    def test_7z(self):
        self.run_reader("7z", "x", "-snld", "-bso0", "-bsp0", self.zip)
        self.assertEqual(self.unpacked(), self.expected())
        self.run_reader("7z", "t", "-bso0", "-bsp0", self.zip)

    def test_python(self):
        with zipfile.ZipFile(self.zip) as package:
            self.assertIsNone(package.testzip())
            seen = {}
            for entry in package.infolist():
                mode = entry.external_attr >> 16
                link = stat.S_ISLNK(mode)
                seen[entry.filename] = (link, not link and mode & 0o100 != 0, package.read(entry))
        self.assertEqual(seen, self.expected())

    def test_go(self):
        support.write_tree(self.folder / "go", {"list.go": LIST_IN_GO})
        self.need("go")
        environment = dict(os.environ, HOME=str(self.folder), GOCACHE=str(self.folder / "cache"), GO111MODULE="off",
                           GOTOOLCHAIN="local")
        output = subprocess.run(["go", "run", self.folder / "go/list.go", self.zip], check=True, env=environment,
                                stdout=subprocess.PIPE).stdout
        seen = {name: (link, executable, base64.b64decode(content))
                for name, (link, executable, content) in json.loads(output).items()}
        self.assertEqual(seen, self.expected())


if __name__ == "__main__":
    support.main()
