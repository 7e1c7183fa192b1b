"""Each fixture, a real handler, is bundled: under the limits, the same bytes twice, and unseen events answered as before.

Needs the package indexes once; what they give stays in the user's own cache. LBUNDLE_FIXTURES=all runs every event of each, twice under the
tracer, and packs as users do; else a few events stand for the others, run once, and the cold start is not measured. The servers are `fixtures/servers/install`'s.
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
UNSEEN = 1
ALL = os.environ.get("LBUNDLE_FIXTURES") == "all"


class Fixtures(support.Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        subprocess.run([FIXTURES / "servers/install"], check=True)

    environment = support.Case.environment_with_users_cache

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
        if not ALL:
            self.leave_few(folder)
            self.set_quick(folder / "lbundle.toml")
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

    def set_quick(self, project_file):
        text = project_file.read_text()
        for table, setting in (("sandbox", "cold_starts = 0"), ("trace", "runs = 1")):
            header = "[%s]\n" % table
            self.assertNotIn(setting.split()[0] + " =", text)
            text = text.replace(header, header + setting + "\n", 1) if header in text else text + "\n" + header + setting + "\n"
        project_file.write_text(text)

    def bundle(self, name):
        folder = self.copy(name)
        before = support.snapshot(folder, without=support.OUTPUTS)
        # A repair would hide what reach lost.
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
    def bundled(case):
        case.bundle(name)

    return getattr(Fixtures, "bundle_" + name.replace("-", "_"), bundled)


# The raster fixture has a test of its own, which asks for more.
for path in sorted(FIXTURES.glob("*/lbundle.toml")):
    if path.parent.name != "raster":
        setattr(Fixtures, "test_" + path.parent.name.replace("-", "_"), test_of(path.parent.name))


if __name__ == "__main__":
    support.main()
