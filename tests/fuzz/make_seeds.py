#!/usr/bin/env python3
"""Writes the seeds of the fuzzers: FOLDER/READER/NAME.

    tests/fuzz/make_seeds.py FOLDER

A corpus begins with right input of each form, so that a search does not have to find the form first.
"""
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(ROOT / "tests/e2e"), str(ROOT / "tests/hostile")]
import projects  # noqa: E402
import zip_forms  # noqa: E402
import zips  # noqa: E402

MOST = 20_000  # bytes of a seed; larger ones make a search slow


def x86():
    yield "prologue", bytes.fromhex("554889e54883ec10e800000000488d3d00000000c9c3")
    yield "vector", bytes.fromhex("62f17c4810c0c5fc58c10f1f440000f30f1efa90cc")
    yield "jumps", bytes.fromhex("0f84000000007402ebfeff25000000000f0b")


def rules():
    for number, pattern in enumerate(("packages/pillow.toml", "runtimes/python3.11.toml", "own-files.toml", "tools.toml", "secrets.toml")):
        yield pattern.replace("/", "-"), bytes([number]) + (ROOT / "rules" / pattern).read_bytes()[:MOST]


def project():
    yield "small", projects.GOOD_TOML.encode()
    text = (ROOT / "docs/project-file.md").read_text()
    blocks = text.split("```toml\n")[1:]
    yield "all-keys", "\n".join(block.split("```")[0] for block in blocks).replace("../", "").encode()
    for number, block in enumerate(blocks):
        yield "block-%d" % number, (projects.GOOD_TOML + block.split("```")[0]).encode()


def elf():
    header = bytearray(64)
    header[:7] = b"\x7fELF\2\1\1"
    header[16:20] = b"\3\0\x3e\0"
    yield "header", bytes(header)
    header[32:40] = (64).to_bytes(8, "little")
    header[54:58] = b"\x38\0\1\0"
    yield "one-segment", bytes(header) + bytes(56)


def manifest():
    yield "sample", (ROOT / "tests/golden/report/thumbnails.manifest.json").read_bytes()[:200_000]


def committed_log():
    yield "small", b"""{"format":"lbundle-committed-access","version":1,"runtime":"python3.11","architecture":"x86_64","tree":"00ff","method":"notify"}
{"stem":"a.libs/libgeos","opened":["one"]}
{"path":"a/b.py","opened":["one","two"],"stat":["two"]}
{"path":"not there","missing":["one"]}
{"folder":"","files":["handler.py"]}
{"folder":"a.libs","stems":["libgeos"]}
"""
    for name, (content, _) in projects.LOGS.items():
        yield name, content if isinstance(content, bytes) else content.encode()


def access_log():
    text = (ROOT / "tests/unit/evidence/access_log_file_test.cpp").read_text()
    lines = [line.split('R"(')[1].split(')"')[0] for line in text.splitlines() if 'R"({' in line and ')"' in line]
    yield "lines", "\n".join(lines).encode() + b"\n"
    for number, line in enumerate(lines):
        yield "line-%d" % number, lines[0].encode() + b"\n" + line.encode() + b"\n"
    yield "empty", b""


def baseline():
    yield "small", json.dumps({"schema": 1, "zipped": 1, "unzipped": 2, "packages": {"a": {"version": "1", "zipped": 1, "unzipped": 2}}}).encode()


def requirements():
    yield "forms", (b"# a\n-i https://x/simple\n--find-links wheels\na==1.0 ; python_version >= '3.9' \\\n --hash=sha256:" + b"a" * 64 +
                    b"\nb[c,d] @ file:///x/b.whl\ngit+https://x/y@z#egg=e\n./local\n-e .\n-c c.txt\n--no-binary :all:\n")
    for name, files in projects.REQUIREMENTS.items():
        yield name, files["requirements.txt"] if isinstance(files["requirements.txt"], bytes) else files["requirements.txt"].encode()


def package_lock():
    yield "small", json.dumps({"lockfileVersion": 3, "packages": {
        "": {"dependencies": {"a": "1"}}, "node_modules/a": {"version": "1.0.0", "dependencies": {"b": "2"}, "peerDependencies": {"c": "*"}},
        "node_modules/a/node_modules/b": {"version": "2.0.0", "optional": True}, "node_modules/@aws-sdk/c": {"version": "3"}}}).encode()
    for name, text in projects.LOCK_FILES.items():
        yield name, text.encode()


def package_json():
    yield "exports", json.dumps({"name": "a", "version": "1.0.0", "main": "./lib/b", "type": "module", "imports": {"#x": "./lib/b.js", "#lib/*": "./lib/*"},
                                 "exports": {".": {"import": "./lib/b.mjs", "require": ["./no.js", "./lib/b.js"], "default": None}, "./lib/*": "./lib/*.js",
                                             "./c/": "./c/", "./package.json": "./package.json"}}).encode()
    yield "text", b'{"name": "a", "exports": "./index.js", "browser": {"./a": false}, "bin": {"x": "b"}}'
    yield "nested", ('{"exports":' * 2000).encode()


def javascript():
    yield "loads", b"const a = require('./x');\nimport b from \"b\";\ntry { import('c') } catch {}\nrequire.resolve(`d`)\n"
    yield "facts", b'{"loads":[["./x","required",1,true]],"places":[],"mentions":["a"],"words":[],"calls":[],"tails":[],"loadedTails":[],"computed":false}\n'
    yield "spaces", b"require" + b" " * 10_000 + b"('x')"
    for name, text in projects.SCRIPTS.items():
        yield name, text.encode()[:MOST]


def record():
    yield "right", b"a/__init__.py,sha256=x,1\n\"a/b,c.py\",,\na-1.dist-info/RECORD,,\n\0Metadata-Version: 2.1\nName: a\nVersion: 1\n\nbody\0b/c.so,,\n../../../bin/x,,\n"
    yield "quotes", b'"a""b",,\n"\n"""",\r\n\0Name\n:\n\0'
    yield "deep", b"d/" * 5000 + b"x,,\n\0\0" + b"d/" * 5000 + b"x,,\n"


def entry_points():
    yield "forms", b"[console_scripts]\na = b:c\n\n[xarray.backends]\n# no\nx = y.z:W [extra]\n q\n[ g ]\n=a\nb=\n"
    yield "brackets", b"[" * 5000


def pip_log():
    yield "hash", b"\n    numpy==1 from https://u:p@x/y:\n        Expected sha256 abc\n             Got        def\n"
    yield "wheel", b"ERROR: Could not find a version that satisfies the requirement a==9 (from versions: 1.0, 2.0)\nERROR: No matching distribution found for a==9 (from b)\n"
    yield "network", b"Max retries exceeded with url: /simple/a\nNo space left on device\n"
    yield "line", b"ERROR: Invalid requirement: " + b"x" * 9000 + b"\nModuleNotFoundError: No module named '" + b"y" * 9000 + b"'\n"


def secrets():
    yield "pem", b"x\n-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4\n---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\n-----BEGIN"
    yield "tokens", b"ghp_\nglpat-\nxoxb-1-\nsk_live_\nAKIA\naws_secret_access_key = \npypi-\n"
    yield "netrc", b"machine a password \n\tb\n:1:b:c:d\n//r/:_authToken=\n"


def zip_seeds():
    program = b"\x7fELF\2\1\1" + bytes(57)
    for name, content in zip_forms.forms(program, program).items():
        yield name, content
    for name, sample in zips.JUDGED.items():
        if not sample.bomb:
            yield "hostile-" + name, sample.make()
    for name, (content, *_) in zips.NOT_ZIPS.items():
        yield "not-" + name, content


def main():
    makers = {"zip": zip_seeds, "elf": elf, "x86": x86, "project": project, "rules": rules, "access-log": access_log, "committed-log": committed_log,
              "baseline": baseline, "manifest": manifest, "requirements": requirements, "package-lock": package_lock, "package-json": package_json,
              "javascript": javascript, "record": record, "entry-points": entry_points, "pip-log": pip_log, "secrets": secrets}
    for reader, make in makers.items():
        folder = pathlib.Path(sys.argv[1]) / reader
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in make():
            if len(content) <= MOST or reader == "manifest":
                (folder / name).write_bytes(content)


if __name__ == "__main__":
    main()
