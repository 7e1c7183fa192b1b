"""Packages of npm's, staged for Node.js runtimes: native addons for the runtime's system, processor and C library. npm comes from
PyPI, packages from the registry."""
import json
import os
import pathlib
import subprocess

import support

COULD_NOT = 3
HERE = pathlib.Path(__file__).resolve().parent
PROJECT_FILE = """[function]
name = "checksum"
handler = "index.handler"
runtime = "nodejs20.x"
requirements = "package-lock.json"

[[event]]
files = "events/*.json"
"""
HANDLER = """const { crc32 } = require('@node-rs/crc32');
exports.handler = async (event) => ({ sum: crc32(event.text) });
"""
ADDON = "node_modules/@node-rs/crc32-linux-%s-%s/crc32.linux-%s-%s.node"


class Node(support.Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Node.js and npm are fetched once a machine.
        cls.cache = os.environ.get("LBUNDLE_CACHE") or os.path.expanduser("~/.cache/lbundle")

    def node_project(self, project_file=PROJECT_FILE, lock=None, name="project"):
        folder = self.folder / name
        support.write_tree(folder, {
            "lbundle.toml": project_file, "index.js": HANDLER, "events/one.json": "{}", "node_modules/mine/index.js": "",
            "package.json": (HERE / "npm/package.json").read_text(),
            "package-lock.json": lock or (HERE / "npm/package-lock.json").read_text()})
        return folder

    def stage(self, folder, **environment):
        return self.run_ok("stage", "--format", "json", cwd=folder, **environment)

    def addons(self, folder):
        staged = folder / ".lbundle/staged"
        return sorted(str(path.relative_to(staged)) for path in staged.rglob("*.node"))

    def test_addons_for_the_processor_and_the_c_library(self):
        for architecture, cpu, machine in (("x86_64", "x64", "X86-64"), ("arm64", "arm64", "AArch64")):
            folder = self.node_project(PROJECT_FILE.replace("[function]\n", '[function]\narchitecture = "%s"\n' % architecture),
                                       name=architecture)
            before = support.snapshot(folder, without=support.OUTPUTS)
            finished = self.stage(folder)
            addon = ADDON % (cpu, "gnu", cpu, "gnu")
            self.assertEqual(self.addons(folder), [addon])
            header = subprocess.run(["readelf", "-h", folder / ".lbundle/staged" / addon], check=True, capture_output=True,
                                    text=True).stdout
            self.assertIn(machine, header)
            self.assertEqual([each for each in finished.json["findings"] if each["severity"] == "error"], [])
            staged = folder / ".lbundle/staged"
            self.assertTrue((staged / "index.js").is_file() and (staged / "package.json").is_file())
            for path in ("node_modules/is-odd", "node_modules/mine", "package-lock.json"):
                self.assertFalse((staged / path).exists(), path)
            self.assertEqual(support.snapshot(folder, without=support.OUTPUTS), before, "the project is written to")

    def test_the_second_time_no_registry_is_asked(self):
        folder = self.node_project()
        self.stage(folder)
        subprocess.run(["rm", "-r", folder / ".lbundle"], check=True)
        finished = self.stage(folder, npm_config_registry="http://127.0.0.1:9/")
        self.assertNotIn("npm installs", finished.stderr)
        self.assertEqual(self.addons(folder), [ADDON % ("x64", "gnu", "x64", "gnu")])

    def refused_stage(self, lock, *texts, **environment):
        folder = self.node_project(lock=lock)
        finished = self.run_program("stage", cwd=folder, **environment)
        self.assert_refused(finished, COULD_NOT, "package-lock.json", "hint: ", *texts)
        self.assertFalse((folder / ".lbundle/staged").exists())

    def changed_lock(self, change):
        lock = json.loads((HERE / "npm/package-lock.json").read_text())
        change(lock["packages"])
        # A text that no earlier run has cached.
        lock["packages"][""]["description"] = os.urandom(8).hex()
        return json.dumps(lock)

    def test_an_archive_that_changed(self):
        def change(packages):
            packages["node_modules/@node-rs/crc32"]["integrity"] = "sha512-" + "A" * 86 + "=="
        self.refused_stage(self.changed_lock(change), "hash is not the one in the lock file")

    def test_a_lock_of_another_package_json(self):
        folder = self.node_project()
        (folder / "package.json").write_text('{"dependencies": {"@node-rs/crc32": "1.10.8"}}')
        finished = self.run_program("stage", cwd=folder)
        self.assert_refused(finished, COULD_NOT, "package-lock.json", "do not agree", "lock anew")

    def test_a_registry_that_is_down(self):
        def change(packages):
            for package in packages.values():
                package.pop("integrity", None)
        self.refused_stage(self.changed_lock(change), "registry does not answer", npm_config_registry="http://127.0.0.1:9/",
                           npm_config_fetch_retries="0")

    def test_a_link_to_a_folder(self):
        def change(packages):
            packages["node_modules/shared"] = {"resolved": "../shared", "link": True}
        self.refused_stage(self.changed_lock(change), "../shared", "npm pack")

    def test_a_script_that_was_not_run_is_told(self):
        def change(packages):
            packages["node_modules/@node-rs/crc32"]["hasInstallScript"] = True
        finished = self.stage(self.node_project(lock=self.changed_lock(change)))
        self.assertIn(("install-script", "node_modules/@node-rs/crc32", "warning"),
                      [(each["code"], each["path"], each["severity"]) for each in finished.json["findings"]])

    def test_a_handler_that_is_not_there(self):
        finished = self.run_program("stage", cwd=self.node_project(PROJECT_FILE.replace("index.handler", "main.handler")))
        self.assert_refused(finished, 2, "main.handler", "no module main.js", "hint: ")

    def test_a_build_is_refused_before_any_work(self):
        folder = self.node_project()
        finished = self.run_program("build", cwd=folder)
        self.assert_refused(finished, COULD_NOT, "nodejs20.x", "lbundle stage", "hint: ")
        self.assertFalse((folder / ".lbundle").exists())


if __name__ == "__main__":
    support.main()
