"""One handler on the Python of one runtime: "interpreters.py 3.12".

It uses this machine's interpreter of that minor version, wherever it is. If there is none, it uses the one that lbundle fetches from
Debian, for the versions that rules/interpreters.toml names. Without either it ends with status 77, "skipped". The other tests do not
include it, because few machines have many versions: ctest -L interpreters.
"""
import os
import re
import sys

import interpreter_test
import support

SKIPPED = 77

# Modules of the standard library that are compiled or need their own files, in every version from 3.9 on.
MODULES = """array asyncio base64 bisect bz2 calendar codecs collections concurrent.futures configparser contextlib copy csv ctypes
dataclasses datetime decimal difflib email.message enum fractions functools gzip hashlib heapq hmac html.parser http.client
importlib.metadata io ipaddress itertools json locale logging.config lzma math mimetypes multiprocessing operator os pathlib pickle
platform pprint queue random re secrets select shelve signal socket sqlite3 ssl statistics string struct subprocess tarfile tempfile
textwrap threading time traceback types typing unicodedata unittest.mock urllib.parse urllib.request uuid weakref xml.etree.ElementTree
zipfile zlib zoneinfo""".split()

HANDLER = "import " + "\nimport ".join(MODULES) + """
import sys

import greeting
import markupsafe
import speedup


@dataclasses.dataclass(frozen=True)
class Point:
    x: int
    y: int = 0


def handler(event, context):
    point = Point(event["n"], speedup.add(event["n"], 40))
    with open(pathlib.Path(__file__).with_name("points.pickle"), "rb") as file:
        kept = pickle.load(file)
    database = sqlite3.connect(":memory:")
    total, = database.execute("select ? + ?", (point.x, point.y)).fetchone()
    packed = {"bz2": bz2.compress, "lzma": lzma.compress, "zlib": zlib.compress}
    return {"version": "%d.%d" % sys.version_info[:2], "point": dataclasses.asdict(point), "total": total,
            "again": pickle.loads(pickle.dumps(point)) == point, "kept": kept, "word": greeting.words()[event["n"]],
            "safe": str(markupsafe.escape("<&>")), "native": markupsafe._escape_inner.__module__,
            "decimal": str(decimal.Decimal(1) / 7), "hash": hashlib.sha256(b"x").hexdigest(),
            "packed": {name: len(compress(b"x" * 1000)) > 0 for name, compress in packed.items()},
            "name": unicodedata.name("\\u00e4"), "ssl": ssl.OPENSSL_VERSION_INFO >= (1, 1, 1)}
"""

# {"a": [1, 2]} in protocol 2, which every version reads.
PICKLE = b"\x80\x02}q\x00X\x01\x00\x00\x00aq\x01]q\x02(K\x01K\x02es."


class OneVersion(support.Case):
    version = None
    found = None  # this machine's interpreter; None: the one that lbundle fetches

    def environment(self, **changes):
        environment = self.environment_with_users_cache(**changes)
        if self.found:
            environment["PATH"] = os.path.dirname(self.found) + os.pathsep + environment["PATH"]
        return environment

    def test_a_handler(self):
        stage = 'interpreter = "find"' if self.found else ""
        folder = interpreter_test.write_project(self.folder / "project", self.version, stage)
        support.write_tree(folder, {"handler.py": HANDLER, "points.pickle": PICKLE})
        text = (folder / "lbundle.toml").read_text()
        (folder / "lbundle.toml").write_text(text.replace('"table.json"', '"points.pickle"'))

        finished = self.build(folder, "--format", "json", timeout=900)
        report = finished.json
        self.assertTrue(report["events"], finished)
        self.assertTrue(all(event["match"] for event in report["events"]), finished)
        fetched = interpreter_test.finding(report, "interpreter-fetched")
        self.assertEqual(len(fetched), 0 if self.found else 1, finished)
        zip_before = support.digest(folder / "dist/everywhere.zip")

        again = self.build(folder, "-v")
        self.assertIn("as before", again.stderr)
        self.assertEqual(support.digest(folder / "dist/everywhere.zip"), zip_before)

        self.build(folder, "--frozen")
        self.assertEqual(support.digest(folder / "dist/everywhere.zip"), zip_before)


def debian_has(version):
    text = (support.SOURCE_FOLDER / "rules/interpreters.toml").read_text()
    return re.search(r'(?m)^version = "%s"$' % re.escape(version), text) is not None


def main():
    if len(sys.argv) < 2 or not re.fullmatch(r"3\.[0-9]+", sys.argv[1]):
        sys.exit("usage: interpreters.py 3.12")
    version = sys.argv.pop(1)
    OneVersion.version = version
    OneVersion.found = support.found_interpreters().get(version)
    if not OneVersion.found and not debian_has(version):
        print("no Python %s on this machine" % version, file=sys.stderr)
        sys.exit(SKIPPED)
    print("Python %s: %s" % (version, OneVersion.found or "fetched by lbundle"), flush=True)
    support.main()


if __name__ == "__main__":
    main()
