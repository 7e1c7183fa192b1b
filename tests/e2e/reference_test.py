"""The reference is made from its sources: the pages, the manual, `lbundle help`, and what `cmake --install` installs."""
import importlib.machinery
import importlib.util
import json
import os
import pathlib
import subprocess
import sys

import support

SOURCE = support.SOURCE_FOLDER
loader = importlib.machinery.SourceFileLoader("reference", str(SOURCE / "ci/reference"))
reference = importlib.util.module_from_spec(importlib.util.spec_from_loader("reference", loader))
loader.exec_module(reference)


class Pages(support.Case):
    def check(self, *arguments):
        return subprocess.run([sys.executable, SOURCE / "ci/reference", "--check", *arguments], capture_output=True, text=True, check=False)

    def test_all_are_current(self):
        finished = self.check("--program", support.PROGRAM)
        self.assertEqual((finished.returncode, finished.stderr), (0, ""))

    def test_each_key_is_on_the_page_and_in_the_manual(self):
        schema = json.loads((SOURCE / "docs/lbundle.schema.json").read_text())
        page = (SOURCE / "docs/project-file.md").read_text()
        manual = (SOURCE / "docs/lbundle.toml.5").read_text()
        keys = [(table.title, key) for table in reference.tables_of(schema) for key in table.keys]
        self.assertGreater(len(keys), 60)
        for title, key in keys:
            with self.subTest(title + " " + key):
                section = page.partition("\n## %s\n" % title)[2].partition("\n## ")[0]
                self.assertRegex(section, r"(?m)^\| `%s` \| .+ \| .+ \| \d+\.\d+\.\d+ \| .+ \|$" % key)
                self.assertRegex(section, r"(?m)^%s = " % key)
                section = manual.partition(".SH %s\n" % reference.inline(title))[2].partition("\n.SH ")[0]
                self.assertIn(".TP\n.B %s\n" % key, section)

    def test_each_command_and_option_is_in_the_manual(self):
        tree = self.run_ok("help", "--format", "json", cwd=self.folder).json
        manual = (SOURCE / "docs/lbundle.1").read_text()
        for command in tree["commands"]:
            section = manual.partition(".SS lbundle %s\n" % command["name"])[2].partition("\n.S")[0]
            self.assertIn(reference.inline(command["description"]), section)
            for option in command["options"]:
                # An option of every command is described once.
                self.assertIn(reference.inline(option["description"]), section if option["names"][-1] in section else manual)

    def test_the_manuals_name_each_other(self):
        self.assertIn("lbundle.toml", (SOURCE / "docs/lbundle.1").read_text().rpartition(".SH SEE ALSO")[2])
        self.assertIn(".BR lbundle (1)", (SOURCE / "docs/lbundle.toml.5").read_text())


class Manual(support.Case):
    """mandoc reads both pages; ci/test --all installs it."""

    def test_mandoc_finds_no_fault(self):
        for name in ("lbundle.1", "lbundle.toml.5"):
            finished = subprocess.run(["mandoc", "-Tlint", "-Wwarning", SOURCE / "docs" / name], capture_output=True, text=True, check=False)
            # The date is left out: a page that changes only by its date would never be current.
            faults = [line for line in finished.stdout.splitlines() if "missing date" not in line]
            self.assertEqual(faults, [])


class Help(support.Case):
    def test_of_each_command(self):
        tree = self.run_ok("help", "--format", "json", cwd=self.folder).json
        self.assertEqual(self.run_ok("help", cwd=self.folder).stdout, self.run_ok("--help", cwd=self.folder).stdout)
        self.assertGreater(len(tree["commands"]), 11)
        for command in tree["commands"]:
            text = self.run_ok("help", command["name"], cwd=self.folder).stdout
            self.assertEqual(text, self.run_ok(command["name"], "--help", cwd=self.folder).stdout)
            self.assertIn("Usage: lbundle %s " % command["name"], text)
            for option in command["options"]:
                self.assertIn(option["names"][-1], text)
            self.assertEqual(self.run_ok("help", command["name"], "--format", "json", cwd=self.folder).json, command)

    def test_of_an_unknown_command(self):
        self.assert_refused(self.run_program("help", "bild", cwd=self.folder), 2, "there is no command 'bild'", "did you mean 'build'?")
        self.assert_refused(self.run_program("help", "frobnicate", cwd=self.folder), 2, "lbundle help lists the commands")


class Install(support.Case):
    def test_cmake_installs_everything(self):
        build = pathlib.Path(support.PROGRAM).resolve().parent
        target = self.temporary / "usr"
        self.addCleanup(subprocess.run, ["rm", "-rf", target], check=True)
        finished = subprocess.run(["cmake", "--install", build, "--prefix", target], capture_output=True, text=True, check=False)
        self.assertEqual(finished.returncode, 0, finished.stderr)
        installed = sorted(str(path.relative_to(target)) for path in target.rglob("*") if path.is_file())
        self.assertEqual(installed, ["bin/lbundle", "libexec/lbundle/lbundle-trace", "share/bash-completion/completions/lbundle",
                                     "share/fish/vendor_completions.d/lbundle.fish", "share/lbundle/lbundle.schema.json",
                                     "share/man/man1/lbundle.1", "share/man/man5/lbundle.toml.5", "share/zsh/site-functions/_lbundle"])
        for shell, path in (("bash", installed[2]), ("fish", installed[3]), ("zsh", installed[-1])):
            self.assertEqual((target / path).read_text(), self.run_ok("completions", shell, cwd=self.folder).stdout)
        # The installed program finds the installed tracer.
        environment = {**self.environment(), "PATH": "%s:%s" % (target / "bin", os.environ["PATH"])}
        traced = subprocess.run(["lbundle", "trace", "-o", self.folder / "log", "--", "echo", "traced"], env=environment, cwd=self.folder,
                                capture_output=True, text=True, check=False)
        self.assertEqual((traced.returncode, traced.stdout), (0, "traced\n"), traced.stderr)


if __name__ == "__main__":
    support.main()
