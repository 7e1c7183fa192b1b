"""Packages made at random, each of which comes to a file or module of its own in a legal way that no traced event shows: all answers are
the unshrunk tree's at first try, and what nothing can come to is not in the bundle. LBUNDLE_SEEDS says how many sets are made;
LBUNDLE_SEED which one is the first."""
import json
import os
import random
import subprocess
import sys
import tempfile
import zipfile

import support
import ways

ROUNDS = 5  # of all makers, in one set


class Ways(support.Case):
    def made(self, seed):
        generator = random.Random(seed)
        made = []
        for number in range(ROUNDS * len(ways.MAKERS)):
            name = "p%02dx" % number
            way = ways.MAKERS[number % len(ways.MAKERS)](generator, name)

            def own(text):
                return text.replace("PKG", name)

            made.append(ways.Way(way.kind, {own(path): own(text) for path, text in way.files.items()}, own(way.use),
                                 {own(path): own(text) for path, text in way.decoys.items()},
                                 own(way.settings)))
        return made

    def make(self, made, name):
        folder = self.project(name=name, handler="placeholder", events={})
        uses = []
        for number, way in enumerate(made):
            support.make_wheel(folder / "wheels", "p%02dx" % number, "1.0", {**way.files, **way.decoys})
            uses.append("lambda: " + way.use)
        support.write_tree(folder, {
            "requirements.txt": "--no-index\n--find-links wheels\n" + "".join("p%02dx==1.0\n" % number for number in range(len(made))),
            "handler.py": "import %s\n\n%sUSES = [\n    %s,\n]\n\n\ndef answer(use):\n    try:\n        return use()\n    except Exception as error:\n"
                          "        return repr(error)\n\n\ndef handler(event, context):\n"
                          "    return [answer(use) for use in USES] if event.get('use') else 'imported'\n"
                          % (", ".join("p%02dx" % number for number in range(len(made))), "".join(way.settings for way in made), ",\n    ".join(uses)),
            "events/train.json": "{}", "events/unseen.json": '{"use": true}'})
        project_file = folder / "lbundle.toml"
        text = project_file.read_text()
        project_file.write_text(text[:text.index("[[event]]")] + '[[event]]\nfiles = "events/train.json"\n\n'
                                '[[event]]\nfiles = "events/unseen.json"\nverify_only = true\n\n[sandbox]\ncold_starts = 0\n')
        return folder

    def test_each_way_and_no_decoy(self):
        first = int(os.environ.get("LBUNDLE_SEED", "1"))
        for seed in range(first, first + int(os.environ.get("LBUNDLE_SEEDS", "1"))):
            made = self.made(seed)
            folder = self.make(made, "ways%d" % seed)
            finished = self.run_program("build", "--no-repair", "--format", "json", "--pack-level", "fast", cwd=folder)
            self.assertIn(finished.status, (0, 1), finished)
            answers = self.answers(folder)
            for number, way in enumerate(made):
                with self.subTest(seed=seed, kind=way.kind, use=way.use, files=way.files):
                    unshrunk, bundle = answers["staged"][number], answers["bundle"][number]
                    self.assertIn("p%02dx has it" % number, str(unshrunk), "the generated package does not work")
                    self.assertEqual(bundle, unshrunk)
            names = set(zipfile.ZipFile(self.zip_of(folder)).namelist())
            kept = [path for way in made for path in way.decoys if path in names or path + "c" in names]
            self.assertEqual(kept, [], "decoys of seed %d" % seed)

    @staticmethod
    def zip_of(folder):
        """Returns the zip that was made, also if an answer differs."""
        return next(path for place in ("dist", ".lbundle/rejected") for path in (folder / place).glob("*.zip"))

    def answers(self, folder):
        """Returns the unseen event's answers, by the tree on which it ran. This interpreter gives them, which is the runtime's."""
        found = {}
        with tempfile.TemporaryDirectory() as unpacked:
            with zipfile.ZipFile(self.zip_of(folder)) as bundle:
                bundle.extractall(unpacked)
            for kind, tree in (("staged", folder / ".lbundle/staged"), ("bundle", unpacked)):
                # Bytecode has the paths of the runtime in it, so the tree must be at its place there.
                done = subprocess.run(["bwrap", "--ro-bind", "/", "/", "--tmpfs", "/var", "--ro-bind", tree, "/var/task", "--chdir", "/var/task",
                                       sys.executable, "-S", "-c", "import json, sys; sys.path.insert(0, '/var/task'); import handler; "
                                       "print(json.dumps(handler.handler({'use': True}, None)))"], capture_output=True, text=True)
                self.assertEqual(done.returncode, 0, done.stderr)
                found[kind] = json.loads(done.stdout)
        return found


if __name__ == "__main__":
    support.main()
