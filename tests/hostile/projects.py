"""Projects with one hostile file: the project file, the committed log, the baseline, lists of requirements, lock files, JavaScript, wheels.

Each sample is a good project with one file replaced. lbundle must end in bounded time with the exit status and the text that stand
here; it may crash nowhere, and write nothing outside of the project.
"""
import base64
import dataclasses
import hashlib
import io
import zipfile

DEEP = 100_000
GOOD_TOML = """[function]
name = "greeter"
handler = "handler.handler"
runtime = "python3.11"
source = ["handler.py"]
requirements = "requirements.txt"

[[event]]
files = "events/train-*.json"

[sandbox]
cold_starts = 0
"""


@dataclasses.dataclass
class Sample:
    files: dict  # path -> bytes or text
    status: int
    says: tuple  # texts of standard error, or of the report
    command: tuple = ("build",)


def toml(text, *says, status=2):
    return Sample({"lbundle.toml": text}, status, says or ("lbundle.toml",))


# By name.
PROJECT_FILES = {
    "nested-arrays": toml("a = " + "[" * DEEP),
    "nested-tables": toml("a = " + "{a=" * 5000),
    "dotted-key-without-end": toml("a." * DEEP + "b = 1"),
    "a-line-of-a-megabyte": toml("[function]\nname = \"" + "n" * (1 << 20) + "\"\n", "is not a function name"),
    "nul-bytes": toml(b"[function]\nname = \"a\0b\"\n"),
    "not-utf-8": toml(b"[function]\nname = \"\xff\xfe\"\n"),
    "utf-16": toml("[function]".encode("utf-16")),
    "empty": toml("", "there is no [function]"),
    "binary": toml(bytes(range(256)) * 100),
    "control-characters-in-a-key": toml("[function]\n\"\x1b[2J\" = 1\n"),
    "escape-in-a-key": toml("[function]\n\"\\u001b[2J\" = 1\n", "unknown key"),
    "huge-numbers": toml(GOOD_TOML + "timeout = 1e400\n"),
    "a-date-for-a-name": toml("[function]\nname = 1979-05-27\n"),
    "equal-keys": toml("[function]\nname = 'a'\nname = 'b'\n"),
    "source-above-everything": toml(GOOD_TOML.replace('"handler.py"', '"../../../../../../etc/passwd"'), "", status=(0, 2, 3)),
    "a-glob-of-stars": toml(GOOD_TOML.replace('"handler.py"', '"' + "*/**/" * 60 + 'x"'), "no file", status=(2, 3)),
    "a-set-without-end": toml(GOOD_TOML.replace('"handler.py"', '"[a"')),
}

LOGS = {
    "nested": ("[" * DEEP, "lbundle.access.jsonl"),
    "not-json": ("{\n", "lbundle.access.jsonl"),
    "empty": ("", "lbundle.access.jsonl"),
    "zeros": (bytes(100_000), "lbundle.access.jsonl"),
    "wrong-types": ('{"schema": [1], "events": {}}\n' * 1000, "lbundle.access.jsonl"),
    "huge-schema": ('{"schema": 99999999999999999999}\n', "lbundle.access.jsonl"),
    "one-line-of-megabytes": ('{"lbundle": "' + "x" * (4 << 20) + '"}\n', "lbundle.access.jsonl"),
}

REQUIREMENTS = {
    "includes-itself": {"requirements.txt": "-r requirements.txt\n--no-index\n--find-links wheels\ngreeting\n"},
    "includes-in-a-circle": {"requirements.txt": "-r a.txt\n", "a.txt": "-r b.txt\n", "b.txt": "-r a.txt\ngreeting\n"},
    "includes-a-folder": {"requirements.txt": "-r wheels\n"},
    "includes-a-device": {"requirements.txt": "-r /dev/zero\n"},
    "constraints-that-include-themselves": {"requirements.txt": "-c c.txt\n--no-index\n--find-links wheels\ngreeting\n", "c.txt": "-c c.txt\n-c d.txt\n",
                                            "d.txt": "-c c.txt\n"},
    "backslashes-without-end": {"requirements.txt": "greeting \\\n" * 100_000},
    "a-line-of-a-megabyte": {"requirements.txt": "greeting" + " " * (1 << 20) + "==1\n"},
    "options": {"requirements.txt": "--no-index\n--find-links wheels\n--install-option=x\ngreeting\n"},
    "zeros": {"requirements.txt": bytes(10_000)},
    "markers-without-end": {"requirements.txt": "greeting; " + "(" * 20_000},
    "a-file-url-out-of-the-project": {"requirements.txt": "--no-index\nx @ file:///etc/passwd\n"},
}

LOCK_FILES = {
    "nested": "[" * DEEP,
    "not-json": "{",
    "empty": "",
    "a-list": "[]",
    "no-packages": '{"lockfileVersion": 3}',
    "packages-is-text": '{"lockfileVersion": 3, "packages": "x"}',
    "a-name-that-leaves": '{"lockfileVersion": 3, "packages": {"": {}, "node_modules/../../../../tmp/evil": {"version": "1.0.0", '
                          '"resolved": "https://registry.npmjs.org/x.tgz", "integrity": "sha512-AA=="}}}',
    "a-link-that-leaves": '{"lockfileVersion": 3, "packages": {"": {}, "node_modules/a": {"resolved": "../../../../etc", "link": true}}}',
    "a-version-of-lists": '{"lockfileVersion": 3, "packages": {"node_modules/a": {"version": [[[]]]}}}',
}


def wheel(files, record=None, name="greeting-1.0"):
    """Returns the bytes of a wheel; `files` are (path, bytes or text), in this order; a path may appear twice."""
    out = io.BytesIO()
    rows = []
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        content = [*files, (name + ".dist-info/METADATA", "Metadata-Version: 2.1\nName: greeting\nVersion: 1.0\n"),
                   (name + ".dist-info/WHEEL", "Wheel-Version: 1.0\nGenerator: t\nRoot-Is-Purelib: true\nTag: py3-none-any\n")]
        for path, data in content:
            data = data.encode() if isinstance(data, str) else data
            code = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
            rows.append("%s,sha256=%s,%d" % (path, code, len(data)))
            target.writestr(zipfile.ZipInfo(path), data)
        text = "\n".join(rows + [name + ".dist-info/RECORD,,"]) + "\n" if record is None else record
        target.writestr(zipfile.ZipInfo(name + ".dist-info/RECORD"), text)
    return out.getvalue()


CODE = ("greeting/__init__.py", "def words():\n    return ['a'] * 10\n")
# Wheels that take the place of `greeting`: what comes of them is pip's word and lbundle's, in bounded time, without a file outside.
WHEELS = {
    "a-name-that-leaves": wheel([CODE, ("../../../../../../../../tmp/lbundle-hostile-escape", "x")]),
    "an-absolute-name": wheel([CODE, ("/tmp/lbundle-hostile-escape", "x")]),
    "a-record-of-nonsense": wheel([CODE], record=",,,\n\"\n" + "x" * 100_000),
    "a-record-that-names-others": wheel([CODE], record="../../../etc/passwd,,\n/etc/shadow,,\ngreeting/__init__.py,,\n"),
    "a-record-with-zeros": wheel([CODE], record="\0" * 10_000),
    "a-record-of-deep-paths": wheel([CODE], record="".join("%s%d,,\n" % ("d/" * 500, number) for number in range(2000))),
    "entry-points-of-nonsense": wheel([CODE, ("greeting-1.0.dist-info/entry_points.txt", "[x\n=\n[]\na = b:c:d\n" + "[" * 50_000)]),
    "metadata-of-zeros": wheel([CODE, ("greeting-1.0.dist-info/top_level.txt", bytes(50_000))]),
    "code-that-nests": wheel([CODE, ("greeting/deep.py", "(" * 50_000)]),
    "code-of-zeros": wheel([CODE, ("greeting/zeros.py", bytes(50_000))]),
    "code-in-a-wrong-encoding": wheel([CODE, ("greeting/enc.py", b"# -*- coding: rot13 -*-\n\xff\xfe")]),
    "native-code-of-nonsense": wheel([CODE, ("greeting/_x.cpython-311-x86_64-linux-gnu.so", b"\x7fELF\2\1\1" + b"\xff" * 4000)]),
    "not-a-zip": b"PK\3\4" + bytes(100),
}

# Scripts that a reader of JavaScript must survive, beside a handler.
SCRIPTS = {
    "nested-brackets": "(" * 50_000,
    "nested-arrays": "x = " + "[" * 50_000,
    "a-regular-expression-without-end": "/" + "(a*)*" * 10_000,
    "a-template-without-end": "`${" * 20_000,
    "zeros": "\0" * 10_000,
    "one-long-line": "a=" + "1+" * 200_000 + "1",
    "requires-computed-without-end": "require(" * 10_000,
}
