"""docs/project-file.md: every key is there, and all examples together are a project file that lbundle accepts."""
import re
import zipfile

import support

REFERENCE = support.SOURCE_FOLDER / "docs/project-file.md"
PARSER = support.SOURCE_FOLDER / "bundler/project/project.cpp"


class Reference(support.Case):
    def test_every_key_has_an_example(self):
        text = REFERENCE.read_text()
        keys = set()
        for names in re.findall(r'top\.tables?\(\s*"\w+",\s*\{([^}]*)\}', PARSER.read_text()):
            keys.update(re.findall(r'"(\w+)"', names))
        services = re.search(r"service_keys\{([^}]*)\}", (PARSER.parent / "service_tables.cpp").read_text())
        keys.update(re.findall(r'"(\w+)"', services[1]))
        self.assertGreater(len(keys), 38)
        self.assertEqual([key for key in sorted(keys) if not re.search(r"^\[*(\w+\.)?%s\b( = |\])" % key, text, re.MULTILINE)], [])

    def test_the_examples_are_a_project_file(self):
        examples = "\n".join(re.findall(r"^```toml\n(.*?)^```$", REFERENCE.read_text(), re.MULTILINE | re.DOTALL))
        for name in ("handler.py", "data/one.txt", "events/train-one.json", "requirements.txt", "seed.json", "seed.sql",
                     "server.py"):
            path = self.folder / name
            path.parent.mkdir(exist_ok=True)
            path.write_text("{}" if name.endswith(".json") else "")
        (self.folder / "layers").mkdir()
        with zipfile.ZipFile(self.folder / "layers/extra.zip", "w") as archive:
            archive.writestr("python/extra.py", "")
        (self.folder / "lbundle.toml").write_text(examples)
        # The file is right, and nothing was built yet.
        self.assert_refused(self.run_program("why", "handler.py", cwd=self.folder), 3, "lbundle build")
        (self.folder / "lbundle.toml").write_text(examples.replace("cold_starts", "warm_starts"))
        self.assert_refused(self.run_program("why", "handler.py", cwd=self.folder), 2, "warm_starts", "cold_starts")


if __name__ == "__main__":
    support.main()
