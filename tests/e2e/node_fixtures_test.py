"""The fixtures of Node.js and of a provided runtime, whole: they get small, and answer what the trace never saw as well.

Needs npm's registry and the package index once; what they give stays in the user's own cache.
"""
import os
import shutil
import subprocess
import sys
import unittest
import zipfile

import support

FIXTURES = support.SOURCE_FOLDER / "fixtures"
LEFT_BEHIND = shutil.ignore_patterns(".lbundle", "dist", "__pycache__", "lbundle.access.jsonl")


class Fixtures(support.Case):
    def environment(self, **changes):
        environment = super().environment(**changes)
        environment.pop("LBUNDLE_CACHE")
        if "LBUNDLE_CACHE" in os.environ:
            environment["LBUNDLE_CACHE"] = os.environ["LBUNDLE_CACHE"]
        return environment

    def copy(self, name):
        folder = self.folder / name
        shutil.copytree(FIXTURES / name, folder, ignore=LEFT_BEHIND)
        return folder

    def built(self, folder, *arguments):
        finished = self.run_program("build", "--format", "json", *arguments, cwd=folder, timeout=1200)
        self.assertEqual(finished.status, 0, finished)
        result = finished.json
        print("%(function)s: %(zipped)d bytes zipped, %(unzipped)d unzipped, %(files)d files, %(seconds).1f s" % result)
        self.assertEqual([event["name"] for event in result["events"] if not event["match"]], [])
        self.assertEqual({event["name"] for event in result["events"]}, {path.stem for path in (folder / "events").glob("*.json")})
        self.assertEqual([each for each in result["findings"] if each["code"].startswith("repair")], [], "it was not right at once")
        with zipfile.ZipFile(folder / "dist" / (folder.name + ".zip")) as archive:
            return result, set(archive.namelist())

    def test_binary(self):
        folder = self.copy("binary")
        subprocess.run([folder / "build"], check=True)
        result, names = self.built(folder)
        self.assertLess(result["zipped"], 120_000)
        self.assertTrue({"bootstrap", "lib/libgrid.so.1", "lib/formats/libformat_kml.so", "data/places/e120.tsv"} <= names)
        self.assertFalse({"tools/sheets", "data/sources/gazetteer.csv"} & names)
        before = support.digest(folder / "dist/binary.zip")
        self.built(folder)
        self.assertEqual(support.digest(folder / "dist/binary.zip"), before)

    def test_node_image(self):
        subprocess.run([FIXTURES / "servers/install"], check=True)
        # Beside the servers, where its project file looks for them.
        (self.folder / "servers").symlink_to(FIXTURES / "servers")
        folder = self.copy("node-image")
        subprocess.run([sys.executable, folder / "make_data.py"], check=True)
        result, names = self.built(folder)
        self.assertLess(result["zipped"], 9_000_000)
        self.assertFalse([name for name in names if name.startswith(("node_modules/@aws-sdk/", "node_modules/@smithy/"))])
        self.assertTrue([name for name in names if name.endswith("sharp-linux-x64.node")])
        self.assertTrue([name for name in names if name.startswith("node_modules/@img/sharp-libvips-linux-x64/lib/libvips-cpp")])
        self.assertFalse([name for name in names if name.endswith((".d.ts", ".map", ".md"))])


if __name__ == "__main__":
    support.main()
