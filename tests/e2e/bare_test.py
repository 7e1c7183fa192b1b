"""CI runs the tests on a bare system, so that nothing on the machine can hide a step that the project's scripts lack.

The test makes such a system, or uses that in the folder LBUNDLE_BARE_SYSTEM, which `ci/bare --keep` makes if the folder has none.
"""
import os
import subprocess
import tempfile
import unittest

import support

BARE = support.SOURCE_FOLDER / "ci/bare"

# Run in a mount namespace of its own, so that this machine's folders stay as they are.
PLANT_AND_RUN = """set -e
for folder in /usr/local/bin /opt "$HOME"; do mount -t tmpfs tmpfs "$folder"; done
install -m 0755 /bin/true /usr/local/bin/planted-tool
install -m 0755 /bin/true "$HOME/planted-tool"
touch /opt/planted
git config --global --add safe.directory '*'
PATH="$HOME:$PATH" PLANTED=1 "$@"
"""

# Looks for things of the machine that a test could find; each line of output is a leak.
LOOK = """command -v planted-tool
ls -A /usr/local/bin /opt /home | grep planted
env | grep PLANTED
[ -f ci/test ] || echo "not in the clone"
exit 7
"""


class Bare(unittest.TestCase):
    def test_nothing_of_this_machine_is_found(self):
        if os.getuid() != 0:
            support.skip("only root may make a system and mount it")
        kept = os.environ.get("LBUNDLE_BARE_SYSTEM")
        options = ["--keep", kept] if kept else []
        with tempfile.TemporaryDirectory() as home:
            run = subprocess.run(
                ["unshare", "--mount", "--propagation", "private", "bash", "-c", PLANT_AND_RUN, "_", BARE, *options, "--", "bash", "-c", LOOK],
                env={**os.environ, "HOME": home}, capture_output=True, text=True, timeout=600)
        self.assertEqual((run.returncode, run.stdout), (7, ""), run.stderr)


if __name__ == "__main__":
    support.main()
