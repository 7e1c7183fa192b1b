"""The commands of pages for new users, run as they stand: docs/quickstart.md, and the first ones of README.md."""
import os
import pathlib
import re
import subprocess

import support

INSTALL = "pip install lbundle"


def blocks(page):
    """(kind, text) of each fenced block: kind is "sh", or "" for output."""
    text = (support.SOURCE_FOLDER / page).read_text()
    return re.findall(r"^```(\w*)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def masked(line):
    """The line without what differs from run to run: numbers and their units, and how wide columns are."""
    return re.sub(r"\s+", " ", re.sub(r"[-+<]?\s*[\d.,]+( ([kM]?B|m?s|min|%))?", "#", line)).strip()


class Session(support.Case):
    """A shell in an empty folder, which finds lbundle in PATH and keeps its folder from block to block."""

    def setUp(self):
        super().setUp()
        self.here = self.folder
        bin_folder = self.folder / "bin"
        bin_folder.mkdir()
        (bin_folder / "lbundle").symlink_to(support.PROGRAM)
        self.path = "%s:%s" % (bin_folder, os.environ["PATH"])

    def environment(self, **changes):
        return self.environment_with_users_cache(PATH=self.path, **changes)

    def type(self, commands):
        """Runs the commands and returns what they print; a command that fails fails the test."""
        end = self.folder / "where"
        process = subprocess.run(["bash", "-e", "-c", "%s\npwd > %s" % (commands, end)], cwd=self.here, env=self.environment(),
                                 capture_output=True, text=True, check=False)
        self.assertEqual(process.returncode, 0, "%s\n%s%s" % (commands, process.stdout, process.stderr))
        self.here = pathlib.Path(end.read_text().strip())
        return process.stdout

    def assert_shown(self, page, output):
        """Asserts that each line of the page is in the output, in this order; "…" stands for any lines."""
        lines = [masked(line) for line in output.splitlines()]
        at = 0
        for line in page.splitlines():
            if line.strip() in ("", "…"):
                continue
            self.assertIn(masked(line), lines[at:], "%r is not there, or not here:\n%s" % (line, output))
            at = lines.index(masked(line), at) + 1


class Quickstart(Session):
    def test_each_command(self):
        output = ""
        steps = blocks("docs/quickstart.md")
        self.assertEqual(steps[0], ("sh", INSTALL + "\n"))
        for kind, text in steps[1:]:
            if kind == "sh":
                output = self.type(text)
            else:
                self.assert_shown(text, output)
        self.assertTrue((self.here / "dist/thumbs.zip").exists())


if __name__ == "__main__":
    support.main()
