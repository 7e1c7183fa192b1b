"""An invented history of a project: compares the output of the size guard and of `diff` with tests/golden/history.

    LBUNDLE_UPDATE_GOLDEN=1 LBUNDLE=build/release/lbundle python3.11 tests/e2e/history_test.py

writes the golden files again; tests/golden/README.md says more.
"""
import json
import random
import struct

import support

BUDGET = """
[budget]
zipped = "+10%"
unzipped = "+20%"
noise = "500 B"

[budget.packages]
numpy = "+3 kB"
"""


def noise(size, seed):
    """Returns bytes that do not compress, the same on every machine."""
    return random.Random(seed).randbytes(size)


def library(code, constants, data, debug=0):
    """Returns an ELF library with three loaded segments of these sizes, followed by bytes that are not loaded."""
    header_size = 64 + 3 * 56
    parts = [(5, noise(code, "code")), (4, noise(constants, "constants")), (6, noise(data, "data"))]
    headers, body = b"", b""
    for flags, part in parts:
        offset = 0 if not body else header_size + len(body)
        size = header_size + len(part) if not body else len(part)
        headers += struct.pack("<IIQQQQQQ", 1, flags, offset, 0x10000 * len(headers) + offset, 0x10000 * len(headers) + offset,
                               size, size, 1)
        body += part
    identity = b"\x7fELF\x02\x01\x01" + bytes(9)
    header = identity + struct.pack("<HHIQQQIHHHHHH", 3, 62, 1, 0, 64, 0, 0, 64, 56, 3, 64, 0, 0)
    return header + headers + body + noise(debug, "debug")


def distribution(name, version, files):
    """Returns the files that pip writes for a package."""
    info = "%s-%s.dist-info" % (name, version)
    record = "".join("%s,,\n" % path for path in [*files, info + "/METADATA", info + "/RECORD"])
    return {**files, info + "/METADATA": "Metadata-Version: 2.1\nName: %s\nVersion: %s\n" % (name, version),
            info + "/RECORD": record}


def numpy(version, code, tag, extra=0):
    return distribution("numpy", version, {
        "numpy/__init__.py": "__version__ = '%s'\n" % version,
        "numpy/core/_multiarray.so": library(code, 3000, 500),
        "numpy.libs/libopenblas-%s.so.0" % tag: library(9000 + extra, 2000, 300, debug=100),
    })


def attrs(version, size):
    return distribution("attrs", version, {"attr/__init__.py": noise(size, "attrs").hex()})


FUNCTION = {"handler.py": "import numpy\n\n\ndef handler(event, context):\n    return 1\n", "data/table.csv": "a,b\n" * 500}

# Name -> tree. Each is compared with the first tree, and checked against that tree's baseline.
HISTORY = {
    "start": {**FUNCTION, **numpy("1.26.4", 12000, "aa11bb22"), **attrs("23.1.0", 2000)},
    # A minor version that is slightly larger; the name of its library contains another hash.
    "bump-grows": {**FUNCTION, **numpy("1.26.5", 13500, "cc33dd44", extra=700), **attrs("23.1.0", 2000)},
    "bump-shrinks": {**FUNCTION, **numpy("1.26.6", 8000, "ee55ff66"), **attrs("23.1.0", 2000)},
    "over-budget": {**FUNCTION, **numpy("2.2.6", 19000, "cc33dd44", extra=4000), **attrs("23.1.0", 2000)},
    # A comment was added, and a file was moved.
    "within-noise": {**FUNCTION, "handler.py": "# The handler of the function.\n" + FUNCTION["handler.py"],
                     **numpy("1.26.4", 12000, "aa11bb22"), **attrs("23.1.0", 2000)},
    "new-dependency": {**FUNCTION, **numpy("1.26.4", 12000, "aa11bb22"), **attrs("23.1.0", 2000),
                       **distribution("idna", "3.7", {"idna/core.py": noise(700, "idna").hex()})},
    "package-gone": {**FUNCTION, **numpy("1.26.4", 12000, "aa11bb22")},
    "file-moved": {**{name.replace("data/", "tables/"): content for name, content in FUNCTION.items()},
                   **numpy("1.26.4", 12000, "aa11bb22"), **attrs("23.1.0", 2000)},
}
STATUS = {"over-budget": 1}


class History(support.Case):
    def setUp(self):
        super().setUp()
        self.project_folder = self.project(project_file=support.PROJECT_FILE + BUDGET)
        for name, tree in {**HISTORY, "none": {"nothing": ""}}.items():
            support.write_tree(self.project_folder / "trees" / name, tree)
            self.run_ok("pack", "trees/" + name, "-o", name + ".zip", cwd=self.project_folder, SOURCE_DATE_EPOCH="0")
        self.write_baseline()

    def write_baseline(self):
        """Returns what `build --update-baseline` writes for the first tree."""
        changes = self.diff("none", "start")
        packages = {package["name"]: {"version": package["new_version"] or "", "zipped": package["zipped"]["after"],
                                      "unzipped": package["unzipped"]["after"]}
                    for package in changes["packages"] if package["new_version"] is not None}
        (self.project_folder / "lbundle.baseline.json").write_text(json.dumps(
            {"schema": 1, "zipped": changes["zipped"]["after"], "unzipped": changes["unzipped"]["after"],
             "packages": packages, "reasons": []}))

    def diff(self, before, after):
        return self.run_ok("diff", before + ".zip", after + ".zip", "--format", "json", cwd=self.project_folder).json

    def test_check(self):
        for name in HISTORY:
            with self.subTest(name):
                for form, options in (("txt", []), ("md", ["--markdown"])):
                    finished = self.run_program("check", name + ".zip", *options, cwd=self.project_folder)
                    self.assertEqual(finished.status, STATUS.get(name, 0), finished)
                    self.assert_golden("history/check-%s.%s" % (name, form), finished.stdout)

    def test_diff(self):
        for name in HISTORY:
            if name == "start":
                continue
            with self.subTest(name):
                for form, options in (("txt", []), ("md", ["--markdown"])):
                    finished = self.run_ok("diff", "start.zip", name + ".zip", *options, cwd=self.project_folder)
                    self.assert_golden("history/diff-%s.%s" % (name, form), finished.stdout)

    def test_sums_to_the_byte(self):
        for name in HISTORY:
            with self.subTest(name):
                changes = self.diff("start", name)
                for part in ("packages", "files"):
                    for size, rest in (("zipped", changes["rest"]), ("unzipped", {"before": 0, "after": 0})):
                        grown = sum(change[size]["after"] - change[size]["before"] for change in changes[part])
                        total = changes[size]["after"] - changes[size]["before"]
                        self.assertEqual(grown + rest["after"] - rest["before"], total, (part, size))
                self.assertEqual(changes["zipped"]["after"], (self.project_folder / (name + ".zip")).stat().st_size)
                for file in changes["files"]:
                    if file["segments"]:
                        for side in ("before", "after"):
                            self.assertEqual(sum(segment["size"][side] for segment in file["segments"]),
                                             file["unzipped"][side], file["path"])

    def test_names_that_changed_are_told_from_contents(self):
        grown = {file["path"]: file for file in self.diff("start", "bump-grows")["files"]}
        self.assertEqual(grown["numpy.libs/libopenblas-cc33dd44.so.0"]["kind"], "changed")
        self.assertEqual(grown["numpy.libs/libopenblas-cc33dd44.so.0"]["old_path"], "numpy.libs/libopenblas-aa11bb22.so.0")
        code = {segment["name"]: segment["size"] for segment in grown["numpy/core/_multiarray.so"]["segments"]}["code"]
        self.assertEqual(code["after"] - code["before"], 1500)
        (moved,) = [file for file in self.diff("start", "file-moved")["files"] if file["kind"] == "moved"]
        self.assertEqual((moved["old_path"], moved["path"]), ("data/table.csv", "tables/table.csv"))


if __name__ == "__main__":
    support.main()
