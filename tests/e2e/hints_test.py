"""What a user reads when an event fails, or is going to fail, before anything is shrunk: compares each message and its hint with tests/golden/hints.

    LBUNDLE_UPDATE_GOLDEN=1 LBUNDLE=build/release/lbundle python3.11 tests/e2e/hints_test.py

writes the golden files again; tests/golden/README.md says more.
"""
import support

INDEX = "--no-index\n--find-links wheels\n"
BODY = "def handler(event, context):\n    "

# The name of the golden file, and the handler. Each is one kind of cause.
HANDLERS = {
    "a-missing-requirement": "import requests\n\n\n" + BODY + "return 1\n",
    "a-package-of-the-runtime": "import boto3\n\n\n" + BODY + "return 1\n",
    "an-extra": "import mail.checked\n\n\n" + BODY + "return 1\n",
    "a-name-that-differs": "import yaml\n\n\n" + BODY + "return 1\n",
    "a-module-of-its-own": "import greeting.later\n\n\n" + BODY + "return 1\n",
    "a-library-of-the-system": "import ctypes\n\nctypes.CDLL('libgeos_c.so.1')\n\n\n" + BODY + "return 1\n",
    "a-library-with-a-recipe": "import ctypes\n\nctypes.CDLL('libmagic.so.1')\n\n\n" + BODY + "return 1\n",
    "no-network": "import urllib.request\n\n\n" + BODY + "return urllib.request.urlopen('https://example.com').status\n",
    "no-aws": "import urllib.request\n\n\n" + BODY + "return urllib.request.urlopen('https://s3.amazonaws.com/shop').status\n",
    "no-database": "import socket\n\n\n" + BODY + "raise OSError('connection to server at \"db\", port 5432 failed: Connection refused')\n",
    "time": "import time\n\n\n" + BODY + "time.sleep(60)\n",
    "memory": BODY + "return len(bytearray(400_000_000))\n",
    "space": "import os\n\n\n" + BODY + "os.posix_fallocate(os.open('/tmp/large', os.O_CREAT | os.O_WRONLY), 0, 600_000_000)\n    return 1\n",
    "a-variable": "import os\n\nTABLE = os.environ['TABLE']\n\n\n" + BODY + "return TABLE\n",
    "a-program": "import subprocess\n\n\n" + BODY + "return subprocess.check_output(['ffmpeg', '-version']).decode()\n",
    "a-file-of-its-own": BODY + "return open('data/words.txt').read()\n",
    "a-file-of-a-layer": BODY + "return open('/opt/data/words.txt').read()\n",
    "a-file-elsewhere": BODY + "return open('/mnt/models/words.txt').read()\n",
    "a-folder-that-cannot-be-written": BODY + "open('/var/task/state', 'w')\n    return 1\n",
    "a-syntax-that-is-too-new": "type Words = list[str]\n\n\n" + BODY + "return 1\n",
    "another-name": "def handle(event, context):\n    return 1\n",
    "an-answer-that-is-no-json": BODY + "return {1, 2}\n",
    "an-answer-that-is-too-large": BODY + "return 'x' * 7_000_000\n",
    "an-end-of-the-process": "import sys\n\n\n" + BODY + "sys.exit(4)\n",
    "a-crash": "import ctypes\n\n\n" + BODY + "ctypes.string_at(0)\n",
    "an-error-of-its-own": BODY + "raise ValueError('an odd number of legs')\n",
}
# These are seen before anything is installed, as mistakes of the project.
WRONG_PROJECT = {"another-name", "a-syntax-that-is-too-new"}
SETTINGS = """
[sandbox]
timeout = 2
memory = 256
tmp = 512
cold_starts = 0
"""


def shown(stderr):
    """Returns the message and its hint, without tracebacks and logs: those have the lines of this machine's interpreter."""
    return "".join(line for line in stderr.splitlines(True) if line.startswith(("lbundle: ", "hint: ", "a possible cause: ")))


class Hints(support.Case):
    def test_each(self):
        for name, handler in HANDLERS.items():
            with self.subTest(name):
                folder = self.project(name, handler=handler, project_file=support.PROJECT_FILE + SETTINGS, events={"train-a": {}})
                support.make_wheel(folder / "wheels", "mail", "1.0", {
                    "mail/__init__.py": "", "mail/checked.py": "import email_validator\n"},
                    metadata="Provides-Extra: email\nRequires-Dist: email-validator ; extra == 'email'\n")
                (folder / "requirements.txt").write_text(INDEX + "greeting==1.0\nmail==1.0\n")
                finished = self.run_program("build", "--backend", "host", cwd=folder)
                self.assertEqual(finished.status, 2 if name in WRONG_PROJECT else 3, finished)
                self.assert_golden("hints/%s.txt" % name, shown(finished.stderr))


if __name__ == "__main__":
    support.main()
