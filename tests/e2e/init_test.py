"""lbundle init: what it finds in folders of many kinds, what it writes, and that the first build works.

    LBUNDLE_UPDATE_GOLDEN=1 LBUNDLE=build/release/lbundle python3.11 tests/e2e/init_test.py Golden

writes the golden files again; tests/golden/README.md says more.
"""
import json
import os
import shutil
import subprocess

import support
from init_folders import FOLDERS

JUDGED_BAD, WRONG_USAGE, COULD_NOT = 1, 2, 3


class InitCase(support.Case):
    def make(self, name):
        folder = self.folder / name
        support.write_tree(folder, FOLDERS[name])
        support.make_wheel(folder / "wheels", "greeting", "1.0", support.GREETING)
        return folder

    def init(self, folder, *arguments, **environment):
        return self.run_ok("init", *arguments, cwd=folder, **environment)

    def refused(self, folder, status, *arguments):
        """Returns what a refused init prints on stderr; it wrote nothing."""
        before = support.snapshot(folder)
        finished = self.run_program("init", *arguments, cwd=folder)
        self.assertEqual(finished.status, status, finished)
        self.assertEqual(support.snapshot(folder), before)
        self.assertIn("hint: ", finished.stderr)
        return finished.stderr


class Golden(InitCase):
    def assert_init_golden(self, name, place="", *arguments):
        folder = self.make(name)
        finished = self.init(folder, *arguments)
        project = folder / place
        self.assert_golden("init/%s/stdout.txt" % name, finished.stdout)
        self.assert_golden("init/%s/lbundle.toml" % name, (project / "lbundle.toml").read_text())
        self.assert_golden("init/%s/gitignore.txt" % name, (project / ".gitignore").read_text())
        skeletons = [path for path in project.rglob("events/*.json")
                     if str(path.relative_to(folder)) not in FOLDERS[name]]
        self.assertLessEqual(len(skeletons), 1)
        if skeletons:
            self.assert_golden("init/%s/event.json" % name, skeletons[0].read_text())
        return finished

    def test_requirements(self):
        self.assert_init_golden("thumbs")

    def test_uv_lock_with_an_extra(self):
        self.assert_init_golden("price-list")

    def test_package_lock(self):
        self.assert_init_golden("checksum")

    def test_sam(self):
        self.assert_init_golden("sam")

    def test_a_handler_alone(self):
        self.assert_init_golden("pixels")

    def test_serverless(self):
        self.assert_init_golden("serverless")

    def test_a_dockerfile(self):
        self.assert_init_golden("image")

    def test_terraform(self):
        self.assert_init_golden("terraform")

    def test_cdk(self):
        self.assert_init_golden("cdk")

    def test_one_of_two_functions(self):
        self.assert_init_golden("two", "read", "--function", "Read")

    def test_json(self):
        folder = self.make("sam")
        found = self.init(folder, "--format", "json").json
        self.assertEqual((found["schema"], found["function"], found["runtime"]), (1, "GetOrder", "python3.11"))
        self.assertEqual({each["what"]: each["from"] for each in found["facts"]}["runtime"], "template.yaml, Globals")
        self.assertEqual(found["written"][0]["path"], "lbundle.toml")


class Build(InitCase):
    """`lbundle init && lbundle build`, without a change in between."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Tools for lock files, Node.js and npm are fetched once per machine.
        cls.cache = str(support.users_cache())

    def built(self, name):
        folder = self.make(name)
        self.init(folder)
        finished = self.build(folder, "--backend", "host", "--format", "json")
        self.assertEqual({event["match"] for event in finished.json["events"]}, {True}, finished)
        return finished.json

    def staged(self, name):
        staged = self.folder / name / ".lbundle/staged"
        return {str(path.relative_to(staged)) for path in staged.rglob("*") if path.is_file()}

    def test_requirements(self):
        self.built("thumbs")
        files = self.staged("thumbs")
        self.assertLessEqual({"thumbs.py", "shop/tax.py", "data/words.json", "notes.txt", "greeting/words.py"}, files)
        self.assertFalse({"other.py", "README.md", "tests/test_thumbs.py", "requirements.txt"} & files)

    def test_uv_lock(self):
        self.built("price-list")
        self.assertLessEqual({"prices/entry.py", "prices/words.py", "iniconfig/__init__.py"}, self.staged("price-list"))

    def test_package_lock(self):
        self.built("checksum")
        files = self.staged("checksum")
        self.assertLessEqual({"checksum.js", "lib/label.js", "lib/upper.js", "data/words.json"}, files)
        self.assertNotIn("checksum.test.js", files)

    def test_sam(self):
        self.assertEqual(self.built("sam")["function"], "GetOrder")
        files = self.staged("sam")
        self.assertLessEqual({"app.py", "store.py", "greeting/words.py"}, files)
        self.assertFalse({path for path in files if path.startswith(("get_order", "boto3", "template"))})

    def test_a_handler_alone(self):
        self.built("pixels")
        self.assertEqual({path for path in self.staged("pixels") if "/" not in path}, {"pixels.py"})


class Refusals(InitCase):
    def test_a_project_file_that_is_there(self):
        folder = self.make("thumbs")
        (folder / "lbundle.toml").write_text("[function]\n")
        self.assertIn("it is there already", self.refused(folder, WRONG_USAGE))
        self.init(folder, "--force")
        self.assertIn('handler = "thumbs.make_thumb"', (folder / "lbundle.toml").read_text())

    def test_the_table_of_pyproject(self):
        folder = self.make("price-list")
        with open(folder / "pyproject.toml", "a") as file:
            file.write('[tool.lbundle.function]\nname = "a"\n')
        self.assertIn("[tool.lbundle]", self.refused(folder, WRONG_USAGE))

    def test_a_skeleton_that_the_user_filled_in_stays(self):
        folder = self.make("thumbs")
        self.init(folder)
        event = folder / "events/direct.json"
        event.write_text('{"n": 1}\n')
        (folder / "lbundle.toml").unlink()
        self.init(folder)
        self.assertEqual(event.read_text(), '{"n": 1}\n')
        self.assertEqual((folder / ".gitignore").read_text(), ".lbundle/\ndist/\n")

    def test_several_functions(self):
        folder = self.make("two")
        text = self.refused(folder, WRONG_USAGE)
        for part in ("it has 2", "Read", "Write", "--function Read"):
            self.assertIn(part, text)
        self.assertIn("did you mean 'Write'?", self.refused(folder, WRONG_USAGE, "--function", "Wirte"))

    def test_functions_that_share_their_code(self):
        folder = self.make("two")
        template = folder / "template.yaml"
        template.write_text(template.read_text().replace("CodeUri: write", "CodeUri: read"))
        self.init(folder, "--function", "Write")
        text = (folder / "lbundle/Write/lbundle.toml").read_text()
        self.assertIn("source = []", text)
        self.assertIn('from = "../../read/app.py"', text)
        self.run_ok("stage", cwd=folder / "lbundle/Write")

    def test_no_handler(self):
        folder = self.folder / "empty"
        folder.mkdir()
        text = self.refused(folder, COULD_NOT)
        self.assertIn("no source in Python or JavaScript", text)
        support.write_tree(folder, {"a.py": "def main(text):\n    return text\n"})
        text = self.refused(folder, COULD_NOT)
        for part in ("no function takes (event, context)", "looked at:\n  a.py", "--handler FILE.FUNCTION"):
            self.assertIn(part, text)
        self.init(folder, "--handler", "a.main", "--runtime", "python3.13")
        self.assertIn('handler = "a.main"', (folder / "lbundle.toml").read_text())

    def test_a_route_of_a_web_application(self):
        folder = self.folder / "web"
        support.write_tree(folder, {"app.py": "from flask import Flask\nfrom serverless_wsgi import handle_request\napp = Flask('a')\n"
                                    "@app.route('/items/<int:item>')\ndef item(item):\n    return item\n"
                                    "def handler(event, context):\n    return handle_request(app, event, context)\n"})
        self.init(folder)
        event = json.loads((folder / "events/api-gateway-v2.json").read_text())
        self.assertEqual((event["rawPath"], event["pathParameters"]), ("/items/1", {"item": "1"}))

    def test_a_bootstrap_alone(self):
        folder = self.folder / "program"
        support.write_tree(folder, {"bootstrap": "#!/bin/sh\n", "deploy.py": "def deploy(): pass\n"})
        self.init(folder)
        text = (folder / "lbundle.toml").read_text()
        self.assertIn('runtime = "provided.al2023"', text)
        self.assertIn('    "bootstrap",', text)

    def test_two_handlers_that_are_equally_likely(self):
        folder = self.folder / "twice"
        support.write_tree(folder, dict.fromkeys(("a.py", "b.py"), "def handler(event, context):\n    return 1\n"))
        text = self.refused(folder, WRONG_USAGE)
        self.assertIn("a.py, line 1: handler(event, context)", text)
        self.assertIn("b.py, line 1: handler(event, context)", text)

    def test_a_handler_whose_module_is_not_there(self):
        folder = self.make("sam")
        (folder / "get_order/app.py").unlink()
        text = self.refused(folder, COULD_NOT)
        self.assertIn("looked at:\n  %s" % (folder / "get_order/app.py"), text)
        self.assertIn("template.yaml, GetOrder names it", text)

    def test_malformed_files(self):
        for name, file, text, place in (
                ("sam", "template.yaml", "Resources:\n  A: [1\n  B: }\n", "'template.yaml': line 3"),
                ("serverless", "serverless.yml", "provider:\n\truntime: x\n", "'serverless.yml': line 2"),
                ("sam", "samconfig.toml", "[default\n", "samconfig.toml:1"),
                ("price-list", "pyproject.toml", "[project]\nname = \n", "pyproject.toml:2"),
                ("checksum", "package.json", '{\n "name": }\n', "'package.json': line 2"),
                ("pixels", "events/a.json", '{\n"a": ]\n', "'events/a.json': line 2")):
            with self.subTest(file):
                folder = self.make(name)
                support.write_tree(folder, {file: text})
                finished = self.run_program("init", cwd=folder)
                self.assertIn(finished.status, (WRONG_USAGE, COULD_NOT), finished)
                self.assertIn("lbundle: cannot ", finished.stderr)
                self.assertIn(place, finished.stderr)
                self.assertFalse((folder / "lbundle.toml").exists())
                shutil.rmtree(folder)

    def test_aliases_without_end(self):
        lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
        lines += ["a%d: &a%d [%s]" % (n, n, ", ".join(["*a%d" % (n - 1)] * 9)) for n in range(1, 9)]
        folder = self.make("sam")
        (folder / "template.yaml").write_text("\n".join(lines) + "\n")
        self.assertIn("aliases", self.refused(folder, COULD_NOT))

    def test_no_lock_of_npm(self):
        folder = self.make("checksum")
        (folder / "package-lock.json").unlink()
        (folder / "yarn.lock").write_text("")
        text = self.refused(folder, COULD_NOT)
        self.assertIn("there is no package-lock.json beside it, and lbundle does not read yarn.lock", text)
        self.assertIn("npm install --package-lock-only", text)

    def test_typescript(self):
        folder = self.folder / "typed"
        support.write_tree(folder, {"index.ts": "export const handler = async (event) => ({});\n"})
        self.assertIn("index.ts is TypeScript", self.refused(folder, COULD_NOT))

    def test_a_runtime_that_is_gone(self):
        folder = self.make("sam")
        template = folder / "template.yaml"
        template.write_text(template.read_text().replace("python3.11", "python3.7"))
        text = self.refused(folder, COULD_NOT)
        self.assertIn("template.yaml, Globals", text)
        self.assertIn("python3.14", text)

    def test_a_folder_that_is_not_there(self):
        self.assertIn("No such file", self.refused(self.folder, COULD_NOT, "nowhere"))
        (self.folder / "file").write_text("")
        self.assertIn("it is no folder", self.refused(self.folder, WRONG_USAGE, "file"))

    def test_a_folder_that_may_not_be_read(self):
        if os.getuid() != 0:
            support.skip("only root may become another user")
        folder = self.make("thumbs")
        (folder / "shop").chmod(0)
        self.folder.chmod(0o777)
        program = self.folder / "lbundle"
        shutil.copy(support.PROGRAM, program)
        finished = subprocess.run(["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", program, "init", folder],
                                  env=self.environment(LBUNDLE_CACHE=self.folder / "cache"), capture_output=True, text=True)
        self.assertEqual(finished.returncode, COULD_NOT, finished.stderr)
        self.assertIn("lbundle: cannot read '%s': Permission denied" % (folder / "shop"), finished.stderr)

    def test_code_that_does_not_parse_is_searched_as_text(self):
        folder = self.folder / "newer"
        support.write_tree(folder, {"app.py": "import words\n\n\ndef handler(event, context):\n    return $\n", "words.py": ""})
        finished = self.init(folder, "--runtime", "python3.14")
        self.assertIn("app.py was only searched as plain text (line 5: ", finished.stdout)
        self.assertIn('"words.py",', (folder / "lbundle.toml").read_text())

    def test_links_that_lead_nowhere_are_left_out(self):
        folder = self.make("thumbs")
        (folder / "gone").symlink_to("/nowhere")
        (folder / "away").symlink_to("/usr")
        self.init(folder)


if __name__ == "__main__":
    support.main()
