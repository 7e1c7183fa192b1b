"""Bundles each fixture, a real handler: under the limits, the same bytes twice, and unseen events get the same answers.

The fixtures with the largest wheels are also bundled for python3.13, on Amazon Linux 2023. The tests need the package indexes once; the
packages stay in the user's own cache. With LBUNDLE_TEST_ALL=1 (`ci/test --all`) the tests run every event of a fixture, twice under the
tracer, and pack as users do. Without it they run a few events once and do not measure the cold start. CMakeLists.txt says which fixtures
belong to the long tier. The Node.js fixture also runs on the runtime after its own. `fixtures/servers/install` installs the servers.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import zipfile

import support

FIXTURES = support.SOURCE_FOLDER / "fixtures"
UNZIPPED_LIMIT = 262_144_000
# How many untraced events run, in addition to one traced event.
UNSEEN = 1
ALL = os.environ.get("LBUNDLE_TEST_ALL") == "1"
NEWER = "python3.13"
NEWER_NODE = "nodejs24.x"
ON_NEWER = ("csv-parquet", "raster", "shapefile-index", "tile-process")


class Fixtures(support.Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        subprocess.run([FIXTURES / "servers/install"], check=True)

    environment = support.Case.environment_with_users_cache

    def copy(self, name, runtime=None):
        """Copies the fixture beside its servers, with its data, and with fewer events unless all are requested.

        If `runtime` is given, the copy uses it instead of the fixture's own.
        """
        if runtime:
            copied = subprocess.run([FIXTURES / "on-runtime", name, runtime, self.folder], check=True, stdout=subprocess.PIPE, text=True)
            return self.prepared(pathlib.Path(copied.stdout.strip()))
        source = FIXTURES / name
        if (source / "build").exists() and not (source / "bootstrap").exists():
            subprocess.run([source / "build"], check=True)
        if (source / "make_data.py").exists() and not (source / "data").exists():
            subprocess.run([sys.executable, source / "make_data.py"], check=True)
        folder = self.folder / name
        shutil.copytree(source, folder, ignore=shutil.ignore_patterns(".lbundle", "dist", "__pycache__", "*.jsonl"))
        servers = self.folder / "servers"
        if not servers.exists():
            servers.symlink_to(FIXTURES / "servers")
        return self.prepared(folder)

    def prepared(self, folder):
        project_file = folder / "lbundle.toml"
        if "unseen-" not in project_file.read_text():
            with project_file.open("a") as file:
                file.write('\n[[event]]\nfiles = "events/unseen-*.json"\nverify_only = true\n')
        if not ALL:
            self.leave_few(folder)
            self.set_quick(project_file)
        return folder

    def leave_few(self, folder):
        """Keeps the first traced event and some unseen ones, spread over all; an event that an [[event]] names stays."""
        named = re.findall(r'^files = "events/([^*"]+)"', (folder / "lbundle.toml").read_text(), re.MULTILINE)
        for kind, count in (("train-*", 1), ("unseen-*", UNSEEN)):
            events = sorted(folder.glob("events/" + kind))
            self.assertTrue(events, folder)
            kept = events[::max(1, len(events) // count)][:count]
            for event in events:
                if event not in kept and event.name not in named:
                    event.unlink()

    def set_quick(self, project_file):
        text = project_file.read_text()
        for table, setting in (("sandbox", "cold_starts = 0"), ("trace", "runs = 1")):
            header = "[%s]\n" % table
            self.assertNotIn(setting.split()[0] + " =", text)
            text = text.replace(header, header + setting + "\n", 1) if header in text else text + "\n" + header + setting + "\n"
        project_file.write_text(text)

    def bundle(self, name, runtime=None):
        folder = self.copy(name, runtime)
        before = support.snapshot(folder, without=support.OUTPUTS)
        # A repair would hide files that reach lost.
        options = ["--backend", "host", "--no-repair", "--pack-level", "best" if ALL else "fast"]
        report = self.run_ok("build", *options, "--format", "json", cwd=folder, timeout=3000).json
        print("%(function)s: %(zipped)d bytes zipped, %(unzipped)d unzipped, %(files)d files, %(seconds).1f s" % report)
        self.assert_untouched(folder, before)
        self.assert_no_leftovers(folder)
        self.assertEqual([event for event in report["events"] if not event["match"]], [])
        self.assertEqual({event["name"] for event in report["events"]},
                         {path.stem for path in folder.glob("events/*.json")})
        self.assertLess(report["unzipped"], UNZIPPED_LIMIT)
        self.assertLess(report["zipped"], report["stages"][0]["unzipped"] / 2)

        package = folder / report["zip"]
        digest = support.digest(package)
        self.build(folder, *options)
        self.assertEqual(support.digest(package), digest)
        self.assert_known_to_fit(report, package)
        with zipfile.ZipFile(package) as archive:
            return set(archive.namelist())

    def assert_known_to_fit(self, report, package):
        """`check` on the zip, without a project, finds nothing that the runtime's loader would refuse."""
        checked = self.run_program("check", package, "--runtime", report["runtime"], "--format", "json", cwd=self.folder).json
        self.assertEqual([each for each in checked["findings"] if each["code"].startswith("abi-") and each["severity"] == "error"], [])

    def bundle_on_newer(self, name):
        names = self.bundle(name, NEWER)
        # GDAL's wheels expect the system to have it, and this runtime does not.
        if name != "csv-parquet":
            self.assertIn("lib/libexpat.so.1", names)

    def bundle_binary(self):
        names = self.bundle("binary")
        self.assertTrue({"bootstrap", "lib/libgrid.so.1", "lib/formats/libformat_kml.so", "data/places/e120.tsv"} <= names, names)
        self.assertFalse({"tools/sheets", "data/sources/gazetteer.csv"} & names)

    def bundle_node_image(self, runtime=None):
        names = self.bundle("node-image", runtime)
        libvips = "node_modules/@img/sharp-libvips-linux-x64/lib/libvips-cpp"
        self.assertTrue(any(name.startswith(libvips) for name in names), names)
        # The runtime provides the SDK. The bundle contains neither the SDK nor the packages that only the SDK needs.
        self.assertFalse([name for name in names if name.startswith(("node_modules/@aws-sdk/", "node_modules/@smithy/"))])
        self.assertFalse([name for name in names if name.endswith((".d.ts", ".map", ".md"))])


def test_of(name):
    def bundled(case):
        case.bundle(name)

    return getattr(Fixtures, "bundle_" + name.replace("-", "_"), bundled)


def test_on_newer(name):
    return lambda case: case.bundle_on_newer(name)


# The raster fixture has its own test, which checks more.
for path in sorted(FIXTURES.glob("*/lbundle.toml")):
    if path.parent.name != "raster":
        setattr(Fixtures, "test_" + path.parent.name.replace("-", "_"), test_of(path.parent.name))
for fixture in ON_NEWER:
    setattr(Fixtures, "test_%s_on_%s" % (fixture.replace("-", "_"), NEWER.replace(".", "_")), test_on_newer(fixture))

Fixtures.test_node_image_on_newer = lambda case: case.bundle_node_image(NEWER_NODE)


if __name__ == "__main__":
    support.main()
