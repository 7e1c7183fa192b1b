"""A build makes the same bytes wherever it runs, and does no work twice."""
import json
import os
import pathlib
import subprocess
import zipfile

import support


def names_in(zip_path):
    with zipfile.ZipFile(zip_path) as package:
        return package.namelist()


class Build(support.Case):
    def cached(self, kind):
        return {str(path) for path in (pathlib.Path(self.cache) / kind).rglob("*") if path.is_file()}

    def test_bundle_holds_what_is_used(self):
        folder = self.project()
        before = support.snapshot(folder, without=support.OUTPUTS)
        finished = self.build(folder, "--format", "json")
        names = names_in(folder / "dist/greeter.zip")
        self.assertIn("handler.pyc", names)
        self.assertIn("greeting/words.pyc", names)
        self.assertIn("greeting/table.txt", names)
        self.assertFalse([name for name in names if "unused" in name], "what no event used")
        self.assertFalse([name for name in names if name.endswith(".py")], "sources are not needed")
        self.assertTrue([name for name in names if "dist-info" in name], "importlib.metadata needs it")
        self.assert_untouched(folder, before)
        self.assert_no_leftovers(folder)
        self.assertEqual(finished.json["zipped"], (folder / "dist/greeter.zip").stat().st_size)

    def test_result_has_the_keys_that_scripts_rely_on(self):
        folder = self.project(cold_starts=1)
        result = self.build(folder, "--format", "json").json
        for key, kind in {"schema": int, "function": str, "runtime": str, "architecture": str, "backend": str, "zip": str,
                          "zipped": int, "unzipped": int, "files": int, "seconds": float}.items():
            self.assertIsInstance(result[key], kind, key)
        self.assertEqual(result["schema"], 1)
        self.assertEqual((result["function"], result["runtime"], result["architecture"]),
                         ("greeter", "python3.11", "x86_64"))
        self.assertEqual([stage["name"] for stage in result["stages"]], support.STAGES)
        for stage in result["stages"]:
            self.assertLessEqual({"name", "files", "unzipped", "seconds"}, stage.keys())
        self.assertEqual([(event["name"], event["match"]) for event in result["events"]],
                         [("train-morning", True), ("train-twice", True)])
        for event in result["events"]:
            self.assertLessEqual({"staged_seconds", "bundle_seconds"}, event.keys())
        self.assertLessEqual({"staged_seconds", "bundle_seconds"}, result["cold_start"].keys())
        self.assertEqual({key: result["limits"][key] for key in ("zipped", "unzipped", "layers_unzipped")},
                         {"zipped": 52428800, "unzipped": 262144000, "layers_unzipped": 0})
        self.assertIsInstance(result["findings"], list)
        self.assertEqual(result["zip"], "dist/greeter.zip", "as seen from where it was run")

    def test_sizes_are_those_of_the_zip(self):
        folder = self.project()
        result = self.build(folder, "--format", "json").json
        with zipfile.ZipFile(folder / "dist/greeter.zip") as package:
            self.assertIsNone(package.testzip())
            entries = package.infolist()
        self.assertEqual(result["unzipped"], sum(entry.file_size for entry in entries))
        self.assertEqual(result["files"], len(entries))
        self.assertEqual(result["stages"][-1]["unzipped"], result["unzipped"])
        manifest = json.loads((folder / "dist/greeter.manifest.json").read_text())
        totals = manifest["totals"]
        self.assertEqual(totals["unzipped"], result["unzipped"])
        self.assertEqual(totals["staged"], sum(file["before"] for file in manifest["files"]))
        added = sum(file["after"] for file in manifest["added"])
        self.assertEqual(totals["saved"], sum(file["before"] - file["after"] for file in manifest["files"]) - added)
        self.assertEqual(manifest["zip_sha256"], support.digest(folder / "dist/greeter.zip"))

    def test_report_names_where_everything_lies(self):
        folder = self.project()
        text = self.build(folder).stdout
        for part in ("dist/greeter.zip", "dist/greeter.manifest.json", "dist/greeter.report.html", "train-morning",
                     "same answer", *support.STAGES):
            self.assertIn(part, text)
        for name in ("greeter.zip", "greeter.manifest.json", "greeter.report.html"):
            self.assertTrue((folder / "dist" / name).is_file())
        self.assertEqual(self.build(folder, "-q").stderr, "")
        self.assertNotIn("\x1b", text, "no terminal, no colours")
        self.assertIn("\x1b", self.build(folder, "--color", "always").stdout)

    def test_second_build(self):
        folder = self.project()
        first = self.build(folder)
        one = support.digest(folder / "dist/greeter.zip")
        before = {kind: self.cached(kind) for kind in os.listdir(self.cache)}
        self.assertIn("pip", first.stderr)
        second = self.build(folder, "-v")
        print("first %.2f s, second %.2f s" % (first.seconds, second.seconds))
        self.assertEqual(support.digest(folder / "dist/greeter.zip"), one)
        self.assertNotIn("pip", second.stderr)
        self.assertIn("as before", second.stderr)
        self.assertNotIn("on the bundle", second.stderr, "an event ran on a zip that is known")
        self.assertEqual({kind: self.cached(kind) for kind in os.listdir(self.cache)}, before)

    def test_another_project_finds_aws_s_client_in_the_cache(self):
        self.build(self.project("one"))
        finished = self.build(self.project("another"), "--format", "json", PIP_INDEX_URL="http://127.0.0.1:9/", PIP_NO_INDEX="1")
        self.assertRegex(finished.json["client"], "^awslambdaric ")

    def test_without_its_workspace_it_gives_the_same(self):
        folder = self.project()
        self.build(folder)
        one = support.digest(folder / "dist/greeter.zip")
        subprocess.run(["rm", "-rf", folder / ".lbundle", folder / "dist"], check=True)
        self.build(folder)
        self.assertEqual(support.digest(folder / "dist/greeter.zip"), one)
        # A folder of wheels is an input, as the requirements list is: lbundle notices another wheel of the same name.
        support.make_wheel(folder / "wheels", "greeting", "1.0",
                           {**support.GREETING, "greeting/table.txt": "good evening world\n"})
        self.assertIn("pip installs", self.build(folder).stderr)
        self.assertNotEqual(support.digest(folder / "dist/greeter.zip"), one)

    def test_one_line_changed(self):
        folder = self.project()
        self.build(folder)
        packed, compiled = self.cached("deflate-best"), self.cached("bytecode")
        handler = folder / "handler.py"
        handler.write_text(handler.read_text().replace('"statusCode": 200', '"statusCode": 201'))
        again = self.build(folder, "-v")
        self.assertNotIn("pip", again.stderr)
        self.assertEqual(len(self.cached("deflate-best") - packed), 1, "only the handler is compressed")
        self.assertLessEqual(len(self.cached("bytecode") - compiled), 1, "only the handler is compiled")
        with zipfile.ZipFile(folder / "dist/greeter.zip") as package:
            self.assertIn("handler.pyc", package.namelist())
        self.assertIn("event train-morning, run 1: ", again.stderr, "the tree changed, so the events run")

    def test_another_requirement_is_installed(self):
        folder = self.project()
        self.build(folder)
        support.make_wheel(folder / "wheels", "greeting", "2.0",
                           {**support.GREETING, "greeting/table.txt": "salut bonjour monde\n"})
        (folder / "requirements.txt").write_text("--no-index\n--find-links wheels\ngreeting==2.0\n")
        self.build(folder)
        names = names_in(folder / "dist/greeter.zip")
        self.assertFalse([name for name in names if "greeting-1.0" in name])
        with zipfile.ZipFile(folder / "dist/greeter.zip") as package:
            self.assertEqual(package.read("greeting/table.txt"), b"salut bonjour monde\n")

    def test_a_source_file_taken_away_is_gone(self):
        folder = self.project(project_file=support.PROJECT_FILE.replace('["handler.py"]', '["*.py"]'),
                              handler="import extra\n" + support.HANDLER, more={"extra.py": "A = 1\n"})
        self.build(folder)
        self.assertIn("extra.pyc", names_in(folder / "dist/greeter.zip"))
        (folder / "extra.py").unlink()
        (folder / "handler.py").write_text(support.HANDLER)
        self.build(folder)
        self.assertNotIn("extra.pyc", names_in(folder / "dist/greeter.zip"))

    def test_output_elsewhere(self):
        folder = self.project()
        self.build(folder, "-o", self.folder / "new/place/out.zip")
        self.assertTrue((self.folder / "new/place/out.zip").is_file())
        self.assertFalse((folder / "dist").exists())

    def test_built_from_outside_and_below(self):
        folder = self.project()
        self.run_ok("build", folder, cwd="/")
        one = support.digest(folder / "dist/greeter.zip")
        self.build(folder / "events")
        self.assertEqual(support.digest(folder / "dist/greeter.zip"), one)


class SameBytes(support.Case):
    """Each test builds from nothing with its own cache, so that two results are never equal because they are the same file."""

    def zip_of(self, name, *arguments, umask=0o022, **environment):
        folder = self.project(name)
        cache = self.folder / (name + "-cache")
        support.seed_cache(cache, ["clients"])  # a bundle has nothing of the client
        before = os.umask(umask)
        try:
            self.build(folder, *arguments, LBUNDLE_CACHE=cache, **environment)
        finally:
            os.umask(before)
        return support.digest(folder / "dist/greeter.zip")

    def test_wherever_and_however(self):
        expected = self.zip_of("one")
        self.assertEqual(self.zip_of("another/folder with spaces, é"), expected)
        self.assertEqual(self.zip_of("umask", umask=0o077), expected)
        self.assertEqual(self.zip_of("zone", TZ="Pacific/Kiritimati", LC_ALL="C"), expected)
        self.assertEqual(self.zip_of("jobs-1", "-j1"), expected)
        self.assertEqual(self.zip_of("jobs-2", "-j2"), expected)

    def test_levels_differ_and_answer_alike(self):
        sizes = {}
        for level in ("none", "package", "reach", "trace"):
            folder = self.project("level-" + level)
            result = self.build(folder, "--level", level, "--format", "json").json
            sizes[level] = result["files"]
            self.assertTrue(all(event["match"] for event in result["events"]))
        self.assertLessEqual(sizes["trace"], sizes["reach"])
        self.assertLessEqual(sizes["reach"], sizes["none"])
        self.assertLess(sizes["trace"], sizes["none"])


if __name__ == "__main__":
    support.main()
