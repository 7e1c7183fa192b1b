"""Each fixture, a real handler, is bundled: under the limits, the same bytes twice, and unseen events answered as before.

Needs the package indexes once; what they give stays in the user's own cache. LBUNDLE_FIXTURES=all runs every event of each, else
a few of them stand for the others. The servers are `fixtures/servers/install`'s.
"""
import os
import re
import shutil
import subprocess
import sys
import unittest
import zipfile

import support

FIXTURES = support.SOURCE_FOLDER / "fixtures"
UNZIPPED_LIMIT = 262_144_000
# How many events that were never traced are run, beside one that was.
UNSEEN = 2


class Fixtures(support.Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        subprocess.run([FIXTURES / "servers/install"], check=True)

    def environment(self, **changes):
        environment = super().environment(**changes)
        # A quarter of a gigabyte of packages for each: the user's cache has them after the first time.
        environment.pop("LBUNDLE_CACHE")
        if "LBUNDLE_CACHE" in os.environ:
            environment["LBUNDLE_CACHE"] = os.environ["LBUNDLE_CACHE"]
        return environment

    def copy(self, name):
        """The fixture beside its servers, with its data, and with fewer events where not all are asked for."""
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
        if os.environ.get("LBUNDLE_FIXTURES") != "all":
            self.leave_few(folder)
        return folder

    def leave_few(self, folder):
        """The first event that is traced, and some of the unseen, spread over all; one that an [[event]] names stays."""
        named = re.findall(r'^files = "events/([^*"]+)"', (folder / "lbundle.toml").read_text(), re.MULTILINE)
        for kind, count in (("train-*", 1), ("unseen-*", UNSEEN)):
            events = sorted(folder.glob("events/" + kind))
            self.assertTrue(events, folder)
            kept = events[::max(1, len(events) // count)][:count]
            for event in events:
                if event not in kept and event.name not in named:
                    event.unlink()

    def bundle(self, name):
        folder = self.copy(name)
        before = support.snapshot(folder, without=support.OUTPUTS)
        report = self.run_ok("build", "--backend", "host", "--format", "json", cwd=folder, timeout=3000).json
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
        self.build(folder, "--backend", "host")
        self.assertEqual(support.digest(package), digest)
        with zipfile.ZipFile(package) as archive:
            return set(archive.namelist())

    def bundle_binary(self):
        names = self.bundle("binary")
        self.assertTrue({"bootstrap", "lib/libgrid.so.1", "lib/formats/libformat_kml.so", "data/places/e120.tsv"} <= names, names)
        self.assertFalse({"tools/sheets", "data/sources/gazetteer.csv"} & names)

    def bundle_node_image(self):
        names = self.bundle("node-image")
        libvips = "node_modules/@img/sharp-libvips-linux-x64/lib/libvips-cpp"
        self.assertTrue(any(name.startswith(libvips) for name in names), names)
        # The SDK is the runtime's, and what it alone needs.
        self.assertFalse([name for name in names if name.startswith(("node_modules/@aws-sdk/", "node_modules/@smithy/"))])
        self.assertFalse([name for name in names if name.endswith((".d.ts", ".map", ".md"))])


def test_of(name):
    asks_for_more = getattr(Fixtures, "bundle_" + name.replace("-", "_"), None)
    return asks_for_more or (lambda self: self.bundle(name))


# The raster fixture has a test of its own, which asks for more.
for path in sorted(FIXTURES.glob("*/lbundle.toml")):
    if path.parent.name != "raster":
        setattr(Fixtures, "test_" + path.parent.name.replace("-", "_"), test_of(path.parent.name))


if __name__ == "__main__":
    support.main()
