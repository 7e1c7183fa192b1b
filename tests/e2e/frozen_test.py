"""--frozen: a build from the committed access log. It traces nothing, so it also works where nothing can be run."""
import json
import shutil
import unittest

import support


class Frozen(support.Case):
    def committed(self):
        """A traced project as another machine checks it out: with the log, without the workspace."""
        folder = self.project()
        self.run_ok("trace", cwd=folder)
        elsewhere = self.folder / "elsewhere"
        shutil.copytree(folder, elsewhere, ignore=shutil.ignore_patterns(".lbundle", "dist"))
        return elsewhere

    def frozen(self, folder, *arguments, **environment):
        return self.build(folder, "--frozen", "--format", "json", *arguments, **environment)

    def findings(self, finished):
        return {finding["code"]: finding for finding in finished.json["findings"]}

    def edit(self, folder, old, new):
        project_file = folder / "lbundle.toml"
        text = project_file.read_text()
        self.assertIn(old, text)
        project_file.write_text(text.replace(old, new))

    def test_gives_the_same_zip_as_a_trace(self):
        folder = self.committed()
        log = (folder / "lbundle.access.jsonl").read_bytes()
        before = support.snapshot(folder, without=support.OUTPUTS)
        frozen = self.frozen(folder)
        one = support.digest(folder / "dist/greeter.zip")
        self.assertEqual({event["name"]: event["match"] for event in frozen.json["events"]},
                         {"train-morning": True, "train-twice": True})
        self.assertNotIn("tree-grew", self.findings(frozen))
        self.assertEqual((folder / "lbundle.access.jsonl").read_bytes(), log, "a frozen build has no news for it")
        self.assert_untouched(folder, before)
        self.assert_no_leftovers(folder)
        self.build(folder)
        self.assertEqual(support.digest(folder / "dist/greeter.zip"), one)
        self.assertEqual((folder / "lbundle.access.jsonl").read_bytes(), log, "the same run writes the same log")

    def test_needs_no_run_for_another_architecture(self):
        folder = self.committed()
        self.build(folder)
        names = json.loads((folder / "dist/greeter.manifest.json").read_text())["files"]
        self.edit(folder, '[function]\n', '[function]\narchitecture = "arm64"\n')
        refused = self.run_program("build", cwd=folder)
        self.assert_refused(refused, 3, "arm64", "--frozen")
        finished = self.frozen(folder)
        self.assertEqual(finished.json["architecture"], "arm64")
        self.assertEqual(finished.json["events"], [])
        self.assertIn("not-verified", self.findings(finished))
        arm64 = json.loads((folder / "dist/greeter.manifest.json").read_text())["files"]
        self.assertEqual([(file["path"], file["verdict"]) for file in arm64],
                         [(file["path"], file["verdict"]) for file in names])

    def test_what_the_tree_has_gained_and_lost_is_named(self):
        folder = self.committed()
        changed = {path: text for path, text in support.GREETING.items() if path != "greeting/unused.py"}
        changed["greeting/words.py"] = changed["greeting/words.py"].replace("table.txt", "phrases.txt")
        changed["greeting/phrases.txt"] = changed.pop("greeting/table.txt")
        support.make_wheel(folder / "wheels", "greeting", "1.1", changed)
        (folder / "requirements.txt").write_text("--no-index\n--find-links wheels\ngreeting==1.1\n")
        finished = self.run_program("build", "--frozen", "--format", "json", cwd=folder)
        said = finished.stdout + finished.stderr
        self.assertIn("greeting/phrases.txt", said, "what the log knows nothing about")
        self.assertIn("greeting/table.txt", said, "what events used and is gone")
        self.assertIn("greeting/unused.py", said, "what is gone and no event used")

    def test_without_a_log_it_says_how_to_get_one(self):
        folder = self.project()
        finished = self.run_program("build", "--frozen", cwd=folder)
        self.assert_refused(finished, 3, "lbundle.access.jsonl", "lbundle trace")
        self.assert_no_leftovers(folder)

    def test_a_damaged_log_is_named_with_its_line_and_left_as_it_is(self):
        folder = self.committed()
        log = folder / "lbundle.access.jsonl"
        lines = log.read_text().splitlines()
        lines[2] = lines[2][:-3]
        log.write_text("\n".join(lines) + "\n")
        text = log.read_bytes()
        for arguments in (("--frozen",), ()):
            finished = self.run_program("build", *arguments, cwd=folder)
            self.assertIn(finished.status, (2, 3), finished)
            self.assertIn("lbundle.access.jsonl", finished.stderr)
            self.assertIn("3", finished.stderr)
            self.assertEqual(log.read_bytes(), text)
            self.assertFalse((folder / "dist/greeter.zip").exists())


if __name__ == "__main__":
    unittest.main()
