"""The raster fixture, a real handler of a geospatial team: it gets small, and answers what the trace never saw as well.

Needs the package index once; the wheels stay in the user's own cache.
"""
import json
import os
import shutil
import subprocess
import sys
import unittest
import zipfile

import support

FIXTURE = support.SOURCE_FOLDER / "fixtures/raster"

MOST_ZIPPED = 46_000_000
MOST_UNZIPPED = 150_000_000


class Raster(support.Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not (FIXTURE / "data/landcover.vrt").exists():
            subprocess.run([sys.executable, FIXTURE / "make_data.py"], check=True)

    def environment(self, **changes):
        environment = super().environment(**changes)
        # The wheels are 90 MB: the user's cache has them after the first time.
        environment.pop("LBUNDLE_CACHE")
        if "LBUNDLE_CACHE" in os.environ:
            environment["LBUNDLE_CACHE"] = os.environ["LBUNDLE_CACHE"]
        return environment

    def copy(self, name, events):
        folder = self.folder / name
        shutil.copytree(FIXTURE, folder, ignore=shutil.ignore_patterns(".lbundle", "dist", "__pycache__"))
        project_file = folder / "lbundle.toml"
        text = project_file.read_text()
        self.assertIn('files = "events/train-*.json"', text)
        project_file.write_text(text.replace("events/train-*.json", events))
        return folder

    def test_is_small_and_answers_what_was_never_traced(self):
        folder = self.copy("raster", "events/train-*.json")
        before = support.snapshot(folder, without=support.OUTPUTS)
        result = self.run_ok("build", "--format", "json", cwd=folder, timeout=2400).json
        print("%(zipped)d bytes zipped, %(unzipped)d unzipped, %(files)d files, %(seconds).1f s" % result)
        self.assert_untouched(folder, before)
        self.assert_no_leftovers(folder)

        package = folder / "dist/raster.zip"
        self.assertEqual(result["zipped"], package.stat().st_size)
        with zipfile.ZipFile(package) as entries:
            self.assertEqual(result["unzipped"], sum(entry.file_size for entry in entries.infolist()))
        self.assertLessEqual(result["zipped"], MOST_ZIPPED)
        self.assertLessEqual(result["unzipped"], MOST_UNZIPPED)
        self.assertEqual([event["name"] for event in result["events"] if not event["match"]], [])
        self.assertEqual({event["name"] for event in result["events"]},
                         {path.stem for path in (FIXTURE / "events").glob("train-*.json")})

        self.again_at_once(folder, result)
        self.unseen_events(package)
        self.why(folder)

    def again_at_once(self, folder, first):
        one = support.digest(folder / "dist/raster.zip")
        again = self.run_ok("build", "-v", cwd=folder)
        print("again in %.2f s" % again.seconds)
        self.assertEqual(support.digest(folder / "dist/raster.zip"), one)
        self.assertNotIn("pip", again.stderr)
        self.assertNotIn("on the bundle", again.stderr)
        self.run_ok("check", "dist/raster.zip", cwd=folder)

    def unseen_events(self, package):
        unseen = self.copy("unseen", "events/unseen-*.json")
        finished = self.run_program("verify", package, "--format", "json", cwd=unseen, timeout=2400)
        events = finished.json["events"]
        self.assertEqual({event["name"] for event in events},
                         {path.stem for path in (FIXTURE / "events").glob("unseen-*.json")})
        self.assertEqual([event for event in events if not event["match"]], [], finished)
        self.assertEqual(finished.status, 0, finished)

    def why(self, folder):
        manifest = json.loads((folder / "dist/raster.manifest.json").read_text())
        libraries = [file for file in manifest["files"] if "libgdal" in file["path"] and file["verdict"] != "drop"]
        kept = self.run_ok("why", libraries[0]["path"], cwd=folder).stdout
        self.assertIn("in the bundle", kept)
        dropped = [file["path"] for file in manifest["files"]
                   if file["verdict"] == "drop" and file["path"].endswith(".py") and "/tests/" in file["path"]]
        gone = self.run_ok("why", dropped[0], cwd=folder).stdout
        self.assertIn("not in the bundle", gone)


if __name__ == "__main__":
    support.main()
