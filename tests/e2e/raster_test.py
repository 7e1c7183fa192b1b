"""The raster fixture, a real handler of a geospatial team: its bundle is small and also answers events that were never traced.
Staging in an image gives the same bundle. lbundle also packs it for another processor than this machine's. Both belong to the long tier.
Without LBUNDLE_TEST_ALL=1 (`ci/test --all`) the tests run a few events, the unseen ones as a part of the build, do not measure the
cold start, and pack fast.

The tests need the package index once; the wheels stay in the user's own cache.
"""
import json
import os
import shutil
import subprocess
import sys
import zipfile

import support

FIXTURE = support.SOURCE_FOLDER / "fixtures/raster"

ALL = os.environ.get("LBUNDLE_TEST_ALL") == "1"
# Without ALL: an event of each kind, and an unseen one of each. Each unseen one loads code that no traced event loads.
FEW = ("train-tile-detail", "train-zonal-county", "unseen-tile-webp", "unseen-zonal-state-plane")
OPTIONS = () if ALL else ("--pack-level", "fast")

MOST_ZIPPED = 46_000_000
MOST_UNZIPPED = 150_000_000


class RasterCase(support.Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not (FIXTURE / "data/landcover.vrt").exists():
            subprocess.run([sys.executable, FIXTURE / "make_data.py"], check=True)

    environment = support.Case.environment_with_users_cache

    def copy(self, name, events):
        folder = self.folder / name
        shutil.copytree(FIXTURE, folder, ignore=shutil.ignore_patterns(".lbundle", "dist", "__pycache__"))
        project_file = folder / "lbundle.toml"
        text = project_file.read_text()
        self.assertIn('files = "events/train-*.json"', text)
        self.assertNotIn("[sandbox]\n", text)
        text = text.replace("events/train-*.json", events)
        if not ALL:
            text += '\n[[event]]\nfiles = "events/unseen-*.json"\nverify_only = true\n\n[sandbox]\ncold_starts = 0\n'
            for event in folder.glob("events/*.json"):
                if event.stem not in FEW:
                    event.unlink()
        project_file.write_text(text)
        return folder

    def events_of(self, folder, pattern):
        found = {path.stem for path in (folder / "events").glob(pattern)}
        self.assertGreaterEqual(len(found), 4, pattern)
        return found


class Raster(RasterCase):
    def test_is_small_and_answers_what_was_never_traced(self):
        folder = self.copy("raster", "events/train-*.json")
        before = support.snapshot(folder, without=support.OUTPUTS)
        result = self.run_ok("build", *OPTIONS, "--format", "json", cwd=folder, timeout=2400).json
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
        self.assertEqual({event["name"] for event in result["events"]}, self.events_of(folder, "train-*.json" if ALL else "*.json"))

        self.again_at_once(folder)
        if ALL:
            self.unseen_events(package)
        self.why(folder)

    def again_at_once(self, folder):
        one = support.digest(folder / "dist/raster.zip")
        again = self.run_ok("build", "-v", *OPTIONS, cwd=folder)
        print("again in %.2f s" % again.seconds)
        self.assertEqual(support.digest(folder / "dist/raster.zip"), one)
        self.assertNotIn("pip", again.stderr)
        self.assertNotIn("on the bundle", again.stderr)
        self.run_ok("check", "dist/raster.zip", cwd=folder)

    def unseen_events(self, package):
        unseen = self.copy("unseen", "events/unseen-*.json")
        finished = self.run_program("verify", package, "--format", "json", cwd=unseen, timeout=2400)
        events = finished.json["events"]
        self.assertEqual({event["name"] for event in events}, self.events_of(unseen, "unseen-*.json"))
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


class Elsewhere(RasterCase):
    def test_by_a_container_and_for_arm64(self):
        folder = self.copy("raster", "events/train-*.json")
        self.run_ok("build", *OPTIONS, cwd=folder, timeout=2400)
        self.by_a_container(folder)
        self.for_arm64_by_the_frozen_log(folder)

    def by_a_container(self, by_host):
        """The image is newer than the runtime, but the bundle is the same byte for byte."""
        image = support.container_image()
        folder = self.copy("contained", "events/train-*.json")
        with open(folder / "lbundle.toml", "a") as project_file:
            project_file.write('\n[stage]\nbackend = "container"\nimage = "%s"\n' % image)
        result = self.run_ok("build", *OPTIONS, "--format", "json", cwd=folder, timeout=2400).json
        self.assertEqual(result["backend"], "container")
        self.assertEqual([event["name"] for event in result["events"] if not event["match"]], [])
        difference = self.run_ok("diff", by_host / ".lbundle/staged", folder / ".lbundle/staged", cwd=folder).stdout
        # Only these differ, because pip writes them itself: the interpreter's path in programs, and their hashes.
        changed = [line.split()[0] for line in difference.split("Files\n")[1].split("\n\n")[0].splitlines()]
        self.assertEqual([path for path in changed if not path.startswith("bin/") and not path.endswith("/RECORD")], [])
        self.assertEqual(support.digest(by_host / "dist/raster.zip"), support.digest(folder / "dist/raster.zip"))

    def for_arm64_by_the_frozen_log(self, traced):
        """Uses a log of x86_64 and Python 3.11 for another processor, system and interpreter: only staging can run here.

        Staging needs a Python 3.13, and lbundle fetches it if the machine has none. GDAL's wheel needs the system's libexpat, which
        that runtime lacks, so staging adds one that is made for the other processor.
        """
        folder = self.copy("arm64", "events/train-*.json")
        shutil.copy(traced / "lbundle.access.jsonl", folder)
        shutil.copy(FIXTURE / "requirements-python3.13.txt", folder / "requirements.txt")
        for name, old, new in (("lbundle.toml", 'runtime = "python3.11"', 'runtime = "python3.13"\narchitecture = "arm64"'),
                               # The first release with wheels for arm64.
                               ("requirements.txt", "rasterio[s3]==1.4.3", "rasterio[s3]==1.4.4")):
            text = (folder / name).read_text()
            self.assertIn(old, text)
            (folder / name).write_text(text.replace(old, new))
        result = self.run_ok("build", *OPTIONS, "--frozen", "--backend", "host", "--format", "json", cwd=folder, timeout=2400).json
        findings = {each["code"]: each for each in result["findings"]}
        self.assertIn("not-verified", findings)
        self.assertIn("expat", findings["system-library"]["message"])
        self.assertLessEqual(result["zipped"], result["limits"]["zipped"])
        with zipfile.ZipFile(folder / "dist/raster.zip") as entries:
            names = entries.namelist()
            # <elf.h>: e_machine, EM_AARCH64.
            self.assertEqual(entries.read("lib/libexpat.so.1")[18:20], b"\xb7\x00")
        self.assertIn("rasterio/_warp.cpython-313-aarch64-linux-gnu.so", names)
        self.assertTrue(any(name.startswith("rasterio.libs/libgdal-") for name in names))
        self.assertEqual([name for name in names if "x86_64" in name or "darwin" in name], [])


if __name__ == "__main__":
    support.main()
