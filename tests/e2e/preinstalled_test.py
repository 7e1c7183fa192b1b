"""Packages that the runtime provides: they are neither in the tree nor in the bundle, and are there when events run."""
import tomllib
import zipfile

import support

HANDLER = """import boto3
import greeting


def handler(event, context):
    return {"body": greeting.words()[event["n"]], "client": boto3.client("s3"), "from": boto3.__file__.rsplit("/", 2)[0]}
"""
TABLE = '\n[stage]\npreinstalled = "%s"\n'


def metadata(name, *required):
    lines = ["Metadata-Version: 2.1", "Name: " + name, "Version: 1.0", *("Requires-Dist: " + each for each in required)]
    return {name + "-1.0.dist-info/METADATA": "\n".join(lines) + "\n\nRequires-Dist: jmespath (in the description)\n"}


class Preinstalled(support.Case):
    RUNTIME = {"boto3": {"boto3/__init__.py": "from urllib3 import VERSION\n\n\ndef client(name):\n    return name + VERSION\n"},
               "urllib3": {"urllib3/__init__.py": "VERSION = ' of the runtime'\n"}}

    def environment(self, **changes):
        """The environment with an index that has the runtime's own packages alone, at the versions of rules/runtimes."""
        place = self.folder / "runtime-wheels"
        if not place.exists():
            rules = tomllib.loads((support.SOURCE_FOLDER / "rules/runtimes/python3.11.toml").read_text())
            for name, version in rules["preinstalled"].items():
                module = {"python-dateutil": "dateutil"}.get(name, name)
                support.make_wheel(place, name.replace("-", "_"), version, self.RUNTIME.get(name, {module + "/__init__.py": ""}))
        return super().environment(**{"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": place, **changes})

    def make(self, choice, runtime="python3.11", **wheels):
        folder = self.project(handler=HANDLER, project_file=support.PROJECT_FILE.replace("python3.11", runtime) + TABLE % choice)
        packages = {
            "boto3": {"boto3/__init__.py": "import botocore\nfrom urllib3 import VERSION\n\n\ndef client(name):\n    return name + VERSION\n",
                      **metadata("boto3", "botocore (<2,>=1)", "jmespath")},
            "botocore": {"botocore/__init__.py": "", **metadata("botocore", "urllib3>=0.25 ; python_version >= '3.10'")},
            "jmespath": {"jmespath/__init__.py": "", **metadata("jmespath")},
            "urllib3": {"urllib3/__init__.py": "VERSION = ' 1'\n", **metadata("urllib3")},
            # A bundled package needs six; it needs boto3 only for one of its extras, and jmespath only on an older Python.
            "greeting": {**support.GREETING, **metadata("greeting", "six", "boto3 ; extra == 's3'",
                                                        "jmespath ; python_version < '3.9'")},
            "six": {"six.py": "", **metadata("six")}, **wheels}
        for name, files in packages.items():
            wheel = folder / "wheels" / (name + "-1.0-py3-none-any.whl")
            wheel.unlink(missing_ok=True)
            own = {path: text for path, text in files.items() if not path.endswith("/METADATA")}
            support.make_wheel(folder / "wheels", name, "1.0", own)
            self.put_metadata(wheel, files)
        (folder / "requirements.txt").write_text("--no-index\n--find-links wheels\n" + "".join(name + "==1.0\n" for name in packages))
        return folder

    def put_metadata(self, wheel, files):
        """Makes a wheel with these requirements instead of make_wheel's own; pip does not check RECORD's hashes."""
        with zipfile.ZipFile(wheel) as before:
            content = {name: before.read(name) for name in before.namelist()}
        content.update({path: text for path, text in files.items() if path.endswith("/METADATA")})
        with zipfile.ZipFile(wheel, "w") as after:
            for name, text in content.items():
                after.writestr(name, text)

    def tops(self, names):
        return {name.split("/")[0].removesuffix(".dist-info").removesuffix("-1.0").removesuffix(".py").removesuffix(".pyc") for name in names}

    def test_left_to_the_runtime(self):
        folder = self.make("runtime")
        finished = self.build(folder, "--level", "package", "--format", "json")
        self.assertTrue(all(event["match"] for event in finished.json["events"]), finished)
        staged = self.tops(path.name for path in (folder / ".lbundle/staged").iterdir())
        self.assertFalse(staged & {"boto3", "botocore", "jmespath", "urllib3"}, staged)
        self.assertTrue({"greeting", "six"} <= staged, staged)
        # Events find the runtime's own versions, not those of the list.
        found = {path.name: path.read_text() for path in (folder / ".lbundle/runtime-packages/urllib3").glob("*.py")}
        self.assertEqual(found, {"__init__.py": "VERSION = ' of the runtime'\n"})
        warnings = [each["message"] for each in finished.json["findings"] if each["code"] == "runtime-version"]
        self.assertTrue(any("boto3 1.0" in each for each in warnings), finished)
        with zipfile.ZipFile(folder / "dist/greeter.zip") as bundle:
            self.assertFalse(self.tops(bundle.namelist()) & {"boto3", "botocore", "jmespath", "urllib3"})
        again = self.build(folder, "-v")
        self.assertNotIn("pip installs", again.stderr)

    UNLISTED = "import boto3\n\n\ndef handler(event, context):\n    return {'client': boto3.client('s3'), 'from': boto3.__file__}\n"

    def test_what_nobody_lists_is_there(self):
        folder = self.project(handler=self.UNLISTED, project_file=support.PROJECT_FILE + TABLE % "runtime")
        finished = self.build(folder, "--format", "json")
        self.assertTrue(all(event["match"] for event in finished.json["events"]), finished)
        self.assertNotIn("import-missing", [each["code"] for each in finished.json["findings"]])
        with zipfile.ZipFile(folder / "dist/greeter.zip") as bundle:
            self.assertFalse(self.tops(bundle.namelist()) & {"boto3", "urllib3"})
        self.assertTrue((folder / ".lbundle/runtime-packages/dateutil").exists())
        self.assertNotIn("are fetched", self.build(folder, "-v").stderr)

    def test_the_message_names_the_key(self):
        folder = self.project(handler=self.UNLISTED)
        finished = self.run_program("build", cwd=folder)
        self.assert_refused(finished, 3, "No module named 'boto3'", 'preinstalled = "runtime" under [stage]',
                            "add boto3 to requirements.txt")
        (folder / "handler.py").write_text("try:\n    import app\nexcept Exception:\n    app = None\n\n\ndef handler(event, context):\n"
                                           "    return {'statusCode': 200 if app else 500}\n")
        (folder / "app.py").write_text("import boto3\nimport PIL.Image\n")
        text = (folder / "lbundle.toml").read_text().replace('source = ["handler.py"]', 'source = ["*.py"]')
        (folder / "lbundle.toml").write_text(text)
        finished = self.run_ok("stage", "--format", "json", cwd=folder)
        missing = [(each["message"], each["hint"]) for each in finished.json["findings"] if each["code"] == "import-missing"]
        self.assertEqual(len(missing), 2, finished)
        self.assertIn('preinstalled = "runtime"', missing[0][1])
        self.assertIn("add pillow to requirements.txt", missing[1][1])

    def test_an_index_without_them(self):
        folder = self.project(handler=self.UNLISTED, project_file=support.PROJECT_FILE + TABLE % "runtime")
        finished = self.run_program("build", cwd=folder, PIP_FIND_LINKS=self.folder / "nothing", LBUNDLE_CACHE=self.folder / "cache")
        self.assert_refused(finished, 3, "cannot fetch 'the packages that python3.11 has'", "hint: ")

    def test_kept_by_default(self):
        folder = self.make("bundle")
        self.build(folder)
        with zipfile.ZipFile(folder / "dist/greeter.zip") as bundle:
            self.assertTrue({"boto3", "botocore", "urllib3"} <= self.tops(bundle.namelist()))
        # After a change the tree is made again.
        (folder / "lbundle.toml").write_text((folder / "lbundle.toml").read_text().replace('"bundle"', '"runtime"'))
        self.build(folder)
        with zipfile.ZipFile(folder / "dist/greeter.zip") as bundle:
            self.assertFalse(self.tops(bundle.namelist()) & {"boto3", "botocore", "urllib3"})

    def test_a_word_that_is_none(self):
        folder = self.make("image")
        finished = self.run_program("build", cwd=folder)
        self.assert_refused(finished, 2)
        self.assertIn("'image'", finished.stderr)


if __name__ == "__main__":
    support.main()
