"""`lbundle rules` and `lbundle rules --try`: what rules do in a project, and what a rule file would change."""
import support

RULES = """distribution = "greeting"
versions = ">=1"
source = "greeting/words.py: words"

[[keep]]
files = ["greeting/unused.py"]
reason = "a plugin imports it by name"

[[drop]]
files = ["greeting/*.txt"]
reason = "it is documentation"
"""


class Rules(support.Case):
    def try_rules(self, folder, text, *arguments, name="greeting.toml"):
        file = self.folder / name
        file.write_text(text)
        return self.run_program("rules", "--try", file, *arguments, cwd=folder)

    def test_a_rule_file_is_tried_and_nothing_changes(self):
        folder = self.project()
        before = support.snapshot(folder, without=support.OUTPUTS)
        finished = self.try_rules(folder, RULES, "--format", "json")
        self.assertEqual(finished.status, 0, finished)
        trial = finished.json
        keep, drop = trial["rules"]
        self.assertEqual((trial["distribution"], trial["staged"], trial["rules_replaced"]), ("greeting", "1.0", 0))
        self.assertIn("greeting/unused.py", [file["path"] for file in trial["kept"]])
        self.assertEqual(trial["kept_unzipped"], keep["unzipped"])
        self.assertGreater(keep["unzipped"], 5000, "the source, and its bytecode")
        # An event opened the table, and evidence is stronger than a rule.
        self.assertEqual((drop["matched"], drop["in_vain"], drop["changed"]), (1, 1, []))
        self.assertIn("opened by event", drop["stronger"])
        self.assertEqual(trial["dropped"], [])
        self.assert_untouched(folder, before)
        for output in ("dist", "lbundle.access.jsonl"):
            self.assertFalse((folder / output).exists(), output)
        text = self.try_rules(folder, RULES)
        self.assertIn("greeting.toml:5 · keep", text.stdout)
        self.assertIn("keeps in addition: ", text.stdout)
        self.assertIn("dropped in addition: 0 files", text.stdout)

    def test_a_bundle_stays_as_it_was(self):
        folder = self.project()
        self.build(folder, "--pack-level", "fast")
        before = support.snapshot(folder, without=(".lbundle",))
        self.assertEqual(self.try_rules(folder, RULES).status, 0)
        self.assertEqual(support.snapshot(folder, without=(".lbundle",)), before)
        # The report of rules is still about the last build, which did not have these.
        report = self.run_ok("rules", "--format", "json", cwd=folder).json
        self.assertNotIn("greeting", [rule["distribution"] for rule in report["applied"] + report["unmatched"]])

    def test_mistakes_are_shown_in_their_place(self):
        folder = self.project()
        for wrong, right, *texts in (
                ("[[kep]]", "[[keep]]", "greeting.toml:5:3", "unknown key 'kep'", "hint: did you mean 'keep'?"),
                ("", 'reason = "it is documentation"', "greeting.toml:9:1", "key 'reason' is missing"),
                ("", 'source = "greeting/words.py: words"', "greeting.toml:5:1", "it has no source", "hint: source = "),
                ("site-packages/greeting/unused.py", "greeting/unused.py", "greeting.toml:6:10", "matches no file of any bundle",
                 "hint: write 'greeting/unused.py'"),
                ("greetings", '"greeting"', "greeting.toml")):
            with self.subTest(wrong or right):
                wrong = '"greetings"' if wrong == "greetings" else wrong
                finished = self.try_rules(folder, RULES.replace(right, wrong, 1))
                self.assert_refused(finished, 2, *texts)
        self.assert_refused(self.run_program("rules", "--try", "absent.toml", cwd=folder), 3, "absent.toml")

    def test_a_rule_that_matches_nothing_fails(self):
        folder = self.project()
        finished = self.try_rules(folder, RULES.replace("greeting/unused.py", "Greeting/unused.py"))
        self.assertEqual(finished.status, 1, finished)
        self.assertIn("[unmatched-rule]", finished.stdout)
        self.assertIn("the file is greeting/unused.py", finished.stdout)
        finished = self.try_rules(folder, RULES.replace(">=1", ">=2"))
        self.assertEqual(finished.status, 1, finished)
        self.assertIn("[other-version]", finished.stdout)

    def test_the_template_can_be_tried(self):
        folder = self.project()
        template = (support.SOURCE_FOLDER / "rules/template.toml").read_text()
        finished = self.try_rules(folder, template.replace('"name"', '"greeting"').replace("name/tables/*.dat", "greeting/*.txt"),
                                  "--format", "json")
        self.assertEqual(finished.status, 1, "most of its globs name no file")
        self.assertEqual(len(finished.json["rules"]), 7, finished)
        self.assertEqual(finished.json["rules"][0]["matched"], 1, finished)


if __name__ == "__main__":
    support.main()
