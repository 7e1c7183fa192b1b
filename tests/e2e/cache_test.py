"""A user's cache: lbundle shows it, limits it, empties it, and shares it between builds that run at once."""
import os
import pathlib
import re
import shutil
import time

import support

COULD_NOT = 3


class Cache(support.Case):
    def setUp(self):
        super().setUp()
        self.cache = str(self.folder / "cache")

    def show(self, *arguments, **environment):
        return self.run_ok("cache", *arguments, "--format", "json", cwd=self.folder, **environment).json

    def entries(self, shown):
        return {kind["name"]: kind["entries"] for kind in shown["kinds"]}

    def test_an_empty_one(self):
        self.assertEqual(self.show()["bytes"], 0)
        self.assertFalse(pathlib.Path(self.cache).exists(), "showing makes nothing")
        self.assertEqual(self.show("--clear")["removed"], {"entries": 0, "bytes": 0})

    def test_what_a_build_leaves_is_shown_and_emptied(self):
        folder = self.project()
        self.build(folder)
        shown = self.show()
        self.assertEqual(shown["folder"], self.cache)
        self.assertEqual(self.entries(shown)["wheels"] >= 1, True)
        self.assertEqual(sum(kind["bytes"] for kind in shown["kinds"]), shown["bytes"])
        text = self.run_ok("cache", cwd=self.folder).stdout
        self.assertIn(self.cache, text)
        self.assertRegex(text, r"(?m)^  wheels +\d")
        removed = self.show("--clear")
        self.assertEqual((removed["bytes"], removed["kinds"], removed["removed"]["bytes"]), (0, [], shown["bytes"]))
        zip_before = support.digest(folder / "dist/greeter.zip")
        shutil.rmtree(folder / ".lbundle")
        self.build(folder)
        self.assertEqual(support.digest(folder / "dist/greeter.zip"), zip_before)

    def old_entry(self, name, days, size=100_000):
        path = pathlib.Path(self.cache) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(os.urandom(size))
        then = time.time() - days * 24 * 3600
        os.utime(path, (then, then))
        for parent in path.parents:
            if str(parent).startswith(self.cache + "/"):
                os.utime(parent, (then, then))
        return path

    def test_age_and_size_bound_it_and_the_least_recently_used_go_first(self):
        ancient = self.old_entry("elf/aa/bb", 100)
        wheels = self.old_entry("wheels/abc/x.whl", 100)
        old, young = self.old_entry("elf/aa/cc", 20), self.old_entry("elf/aa/dd", 10)
        shown = self.show("--trim")
        self.assertEqual((ancient.exists(), wheels.parent.exists(), old.exists(), young.exists()), (False, False, True, True))
        self.assertEqual(shown["removed"]["entries"], 2)
        self.show("--trim", LBUNDLE_CACHE_SIZE="150 kB")
        self.assertEqual((old.exists(), young.exists()), (False, True))
        self.show("--trim", LBUNDLE_CACHE_DAYS="9")
        self.assertFalse(young.exists())

    def test_a_build_trims_it_once_a_day_and_nothing_of_its_own(self):
        folder = self.project()
        ancient = self.old_entry("elf/aa/bb", 100)
        self.build(folder)
        self.assertFalse(ancient.exists())
        ancient = self.old_entry("elf/aa/bb", 100)
        self.build(folder)
        self.assertTrue(ancient.exists(), "not twice a day")
        self.assertGreaterEqual(self.entries(self.show())["wheels"], 1)

    def test_bounds_that_are_none(self):
        for name, value in (("LBUNDLE_CACHE_SIZE", "much"), ("LBUNDLE_CACHE_DAYS", "2 GB")):
            finished = self.run_program("cache", cwd=self.folder, **{name: value})
            self.assert_refused(finished, 2, name, value)

    def test_nothing_is_removed_under_a_build(self):
        # Slow on the unshrunk tree, and fast on the bundle, where its source is missing.
        handler = ("import os\nimport time\n\n\ndef handler(event, context):\n"
                   "    if os.path.exists('/var/task/handler.py'):\n        time.sleep(6)\n    return 1\n")
        folder = self.project(handler=handler, events={"train-one": {}})
        process = self.start("build", cwd=folder)
        try:
            deadline = time.monotonic() + 60
            while not (folder / ".lbundle/staged").exists() and time.monotonic() < deadline:
                time.sleep(0.1)
            finished = self.run_while(process, "cache", "--clear")
            self.assert_refused(finished, COULD_NOT, self.cache, "another run of lbundle is using it", "hint: wait")
        finally:
            _, stderr = process.communicate(timeout=120)
        self.assertEqual(process.returncode, 0, stderr)
        self.show("--clear")

    def run_while(self, process, *arguments):
        self.assertIsNone(process.poll(), "the build has ended too early")
        other = self.start(*arguments, cwd=self.folder)
        stdout, stderr = other.communicate(timeout=60)
        return support.Finished(other.returncode, stdout, stderr, 0)

    def test_builds_at_once_on_one_cache_give_the_same_bytes(self):
        folders = [self.project(name="project%d" % number) for number in range(4)]
        processes = [self.start("build", "-q", "-j", "1", cwd=folder) for folder in folders]
        for process in processes:
            _, stderr = process.communicate(timeout=300)
            self.assertEqual((process.returncode, stderr), (0, ""))
        self.assertEqual(len({support.digest(folder / "dist/greeter.zip") for folder in folders}), 1)
        leftovers = [str(path) for kind in ("wheels", "tmp", "tools") for path in (pathlib.Path(self.cache) / kind).glob("*.*")]
        self.assertEqual(leftovers, [])
        alone = self.project(name="alone")
        self.build(alone, LBUNDLE_CACHE=self.folder / "other-cache")
        self.assertEqual(support.digest(alone / "dist/greeter.zip"), support.digest(folders[0] / "dist/greeter.zip"))


LAYER_TABLE = '\n[[layer]]\nzip = "layer.zip"\n'


class Answers(support.Case):
    """An event runs again only if something that it depends on has changed; when and where that was written does not matter."""

    def layered(self, text="VALUE = 1\n"):
        folder = self.project(project_file=support.PROJECT_FILE + LAYER_TABLE,
                              handler="import extra\n" + support.HANDLER, more={"layer.zip": ""})
        self.write_layer(folder, text)
        return folder

    def write_layer(self, folder, text):
        (folder / "layer.zip").write_bytes(support.layer({"python/extra.py": text}))

    def runs_of(self, folder):
        """From the log: how many runs were made, and how many were already known."""
        said = self.build(folder, "-v").stderr
        return len(re.findall(r"event \S+(, run \d| on the bundle): \d", said)), said.count(": as before")

    def test_a_layer_is_no_reason_to_run_again(self):
        folder = self.layered()
        self.assertEqual(self.runs_of(folder), (6, 0), "two events, twice unshrunk and once on the bundle")
        self.assertEqual(self.runs_of(folder), (0, 4))
        self.write_layer(folder, "VALUE = 2\n")
        self.assertEqual(self.runs_of(folder), (6, 0))

    def test_a_lost_workspace_is_no_reason_to_run_again(self):
        folder = self.layered()
        self.runs_of(folder)
        shutil.rmtree(folder / ".lbundle")
        self.assertEqual(self.runs_of(folder), (0, 4))


if __name__ == "__main__":
    support.main()
