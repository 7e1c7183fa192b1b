"""Packages that the runtime provides: they are neither in the tree nor in the bundle, and are there when events run."""
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
        with zipfile.ZipFile(folder / "dist/greeter.zip") as bundle:
            self.assertFalse(self.tops(bundle.namelist()) & {"boto3", "botocore", "jmespath", "urllib3"})
        again = self.build(folder, "-v")
        self.assertNotIn("pip installs", again.stderr)

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
