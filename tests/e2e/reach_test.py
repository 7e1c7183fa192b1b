"""What each level keeps of files that no traced event used, for each way in which a package can get to a file.

There is a small package for each way, and one handler uses them all. Its traced event only imports the packages. Each unseen event uses what
the traced event did not use. docs/reach.md has the table; LBUNDLE_WRITE_TABLES=1 writes it again.
"""
import json
import os

import support

# The name of the way, the files of the distributions PKG and OTHER, and the use in an unseen event. PKG and OTHER get a name for each way.
WAYS = [
    ("an import in a function", {"PKG/__init__.py": "def use():\n    from PKG import late\n    return late.WORD\n", "PKG/late.py": "WORD = 'late'\n"},
     "PKG.use()"),
    ("another distribution, in a function", {"PKG/__init__.py": "def use():\n    import OTHER.deep\n    return OTHER.deep.WORD\n",
                                             "OTHER/__init__.py": "", "OTHER/deep.py": "WORD = 'deep'\n"}, "PKG.use()"),
    ("an import in an except", {"PKG/__init__.py": "def use(fast):\n    try:\n        return int(fast)\n    except ValueError:\n"
                                                 "        from PKG.slow import read\n        return read(fast)\n",
                                "PKG/slow.py": "def read(text):\n    return 'slow ' + text\n"}, "PKG.use('x')"),
    ("an import under a condition", {"PKG/__init__.py": "import os\n\n\ndef use():\n    if os.environ.get('LAMBDA_TASK_ROOT'):\n"
                                                      "        from PKG import on\n        return on.WORD\n", "PKG/on.py": "WORD = 'on'\n"}, "PKG.use()"),
    ("importlib.import_module", {"PKG/__init__.py": "import importlib\n\n\ndef use():\n    return importlib.import_module('.named', __name__).WORD\n",
                                 "PKG/named.py": "WORD = 'named'\n"}, "PKG.use()"),
    ("__import__", {"PKG/__init__.py": "def use():\n    return __import__('PKG.named').named.WORD\n", "PKG/named.py": "WORD = 'named'\n"}, "PKG.use()"),
    ("a module's __getattr__", {"PKG/__init__.py": "import importlib\n\nTABLE = {'Thing': '.things'}\n\n\ndef __getattr__(name):\n"
                                                 "    if name not in TABLE:\n        raise AttributeError(name)\n"
                                                 "    return getattr(importlib.import_module(TABLE[name], __name__), name)\n",
                                "PKG/things.py": "Thing = 'thing'\n"}, "PKG.Thing"),
    ("a family of plugins by name", {"PKG/__init__.py": "import importlib\n\n\ndef use(name):\n"
                                                      "    return importlib.import_module(f'PKG.backends.{name}_backend').WORD\n",
                                     "PKG/backends/__init__.py": "", "PKG/backends/blue_backend.py": "WORD = 'blue'\n"}, "PKG.use('blue')"),
    ("a table of plugins", {"PKG/__init__.py": "import importlib\n\nPLUGINS = ['red', 'green']\n\n\ndef use():\n"
                                             "    return [importlib.import_module('PKG.' + name).WORD for name in PLUGINS]\n",
                            "PKG/red.py": "WORD = 'red'\n", "PKG/green.py": "WORD = 'green'\n"}, "PKG.use()"),
    ("pkgutil lists a package", {"PKG/__init__.py": "import pkgutil\n\nfrom PKG import plugins\n\n\ndef use():\n"
                                                  "    return sorted(each.name for each in pkgutil.iter_modules(plugins.__path__))\n",
                                 "PKG/plugins/__init__.py": "import pkgutil\n", "PKG/plugins/one.py": "", "PKG/plugins/two.py": ""}, "PKG.use()"),
    ("entry points", {"PKG/__init__.py": "from importlib.metadata import entry_points\n\n\ndef use():\n"
                                       "    return [each.load()() for each in entry_points(group='PKG.drivers')]\n",
                      "OTHER/__init__.py": "", "OTHER/driver.py": "def drive():\n    return 'driven'\n",
                      "OTHER-1.0.dist-info/entry_points.txt": "[PKG.drivers]\nfirst = OTHER.driver:drive\n"}, "PKG.use()"),
    ("importlib.metadata", {"PKG/__init__.py": "def use():\n    from importlib.metadata import version\n    return version('PKG')\n"}, "PKG.use()"),
    ("importlib.resources", {"PKG/__init__.py": "from importlib import resources\n\n\ndef use():\n"
                                              "    return resources.files('PKG.words').joinpath('hello.txt').read_text()\n",
                             "PKG/words/__init__.py": "", "PKG/words/hello.txt": "hello"}, "PKG.use()"),
    ("pkgutil.get_data", {"PKG/__init__.py": "import pkgutil\n\n\ndef use():\n    return pkgutil.get_data('PKG', 'table.csv').decode()\n",
                          "PKG/table.csv": "a,b"}, "PKG.use()"),
    ("a file named in a constant", {"PKG/__init__.py": "import os\n\n\ndef use():\n"
                                                     "    with open(os.path.join(os.path.dirname(__file__), 'schemas', 'v1.json')) as file:\n"
                                                     "        return file.read()\n", "PKG/schemas/v1.json": "{}"}, "PKG.use()"),
    ("a folder that is listed", {"PKG/__init__.py": "import os\n\nFOLDER = os.path.join(os.path.dirname(__file__), 'themes')\n"
                                                  "NAMES = sorted(os.listdir(FOLDER))\n\n\ndef use(name):\n"
                                                  "    with open(os.path.join(FOLDER, name)) as file:\n        return file.read()\n",
                                 "PKG/themes/dark": "black", "PKG/themes/light": "white"}, "[PKG.NAMES, PKG.use('light')]"),
    ("a folder that is only checked", {"PKG/__init__.py": "import os\n\nFOLDER = os.path.join(os.path.dirname(__file__), 'templates')\n"
                                                        "if not os.path.isdir(FOLDER):\n    raise RuntimeError('no templates')\n",
                                       "PKG/templates/a.html": "a" * 500, "PKG/templates/b.html": "b"}, "PKG.FOLDER"),
    ("a name that the event contains", {"PKG/__init__.py": "import importlib\n\n\ndef use(name):\n    return importlib.import_module(name).WORD\n",
                                          "OTHER/__init__.py": "WORD = 'told'\n"}, "PKG.use(EVENT['name'])"),
]
LEVELS = ("package", "reach", "trace")
# No reading of the code can find this way: an event or a rule has to show it.
BEYOND = "a name that the event contains"
TABLE = support.SOURCE_FOLDER / "docs/reach.md"
MARK = "<!-- made by tests/e2e/reach_test.py -->\n"


class Reach(support.Case):
    def make(self, name):
        """Returns the folder of a project with the distributions of all ways."""
        folder = self.project(name=name, handler="placeholder", events={})
        uses, requirements = [], []
        for number, (_, files, use) in enumerate(WAYS):
            def own(text):
                return text.replace("PKG", "p%d" % number).replace("OTHER", "q%d" % number)
            for distribution in ("PKG", "OTHER"):
                content = {own(path): own(text) for path, text in files.items() if path.startswith((distribution + "/", distribution + "-"))}
                if content:
                    support.make_wheel(folder / "wheels", own(distribution), "1.0", content)
                    requirements.append(own(distribution) + "==1.0")
            uses.append("%d: lambda: %s" % (number, own(use)))
        support.write_tree(folder, {
            "requirements.txt": "--no-index\n--find-links wheels\n" + "\n".join(requirements) + "\n",
            "handler.py": "import %s\n\nEVENT = {}\nUSES = {\n    %s,\n}\n\n\ndef handler(event, context):\n"
                          "    EVENT.update(event)\n    return USES[event['way']]() if 'way' in event else 'imported'\n"
                          % (", ".join("p%d" % number for number in range(len(WAYS))), ",\n    ".join(uses)),
            "events/train.json": "{}"})
        for number in range(len(WAYS)):
            support.write_tree(folder, {"events/unseen-%02d.json" % number: json.dumps({"way": number, "name": "q%d" % number})})
        project_file = folder / "lbundle.toml"
        text = project_file.read_text()
        self.assertIn("[[event]]", text)
        project_file.write_text(text[:text.index("[[event]]")] + '[[event]]\nfiles = "events/train.json"\n\n'
                                '[[event]]\nfiles = "events/unseen-*.json"\nverify_only = true\n')
        return folder

    def test_each_way_at_each_level(self):
        folder = self.make("ways")
        results = {}
        for level in LEVELS:
            finished = self.run_program("build", "--level", level, "--no-repair", "--format", "json", cwd=folder)
            self.assertIn(finished.status, (0, 1), finished)
            for event in finished.json["events"]:
                if event["name"] == "train":
                    self.assertTrue(event["match"], finished)
                    continue
                said = any("lbundle dropped " in line for line in event.get("differences", []))
                lost = "lost, and reported" if said else "lost silently"
                results[int(event["name"][-2:]), level] = "kept" if event["match"] else lost
        rows = ["| way | " + " | ".join(LEVELS) + " |", "|---|" + "---|" * len(LEVELS)]
        for number, (way, _, _) in enumerate(WAYS):
            rows.append("| %s | %s |" % (way, " | ".join(results[number, level] for level in LEVELS)))
        self.compare_table("\n".join(rows) + "\n")
        for (number, level), result in results.items():
            with self.subTest(way=WAYS[number][0], level=level):
                self.assertNotEqual(result, "lost silently")
                if level == "reach" and WAYS[number][0] != BEYOND:
                    self.assertEqual(result, "kept")

    def compare_table(self, table):
        text = TABLE.read_text()
        before, rest = text.split(MARK)
        behind = rest[rest.index("\n\n", 1):] if "\n\n" in rest[1:] else "\n"
        made = before + MARK + "\n" + table.rstrip("\n") + behind
        if os.environ.get("LBUNDLE_WRITE_TABLES"):
            TABLE.write_text(made)
        self.assertEqual(TABLE.read_text(), made, "docs/reach.md has a different table; LBUNDLE_WRITE_TABLES=1 writes it again")


if __name__ == "__main__":
    support.main()
