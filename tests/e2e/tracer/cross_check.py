#!/usr/bin/env python3
"""Whatever fanotify and atime saw of a tree must be in the logs of notify and ptrace, for a program of many files.

    cross_check.py --tracer PROGRAM [--root DIR -- COMMAND ARGUMENT...]

Without a command, Python imports its standard library. Status 77: neither fanotify nor atime works here.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from access_log import AccessLog

PYTHON = "/usr/bin/python3"
IMPORTS = "import asyncio, email.mime.multipart, http.server, json, logging.config, sqlite3, unittest.mock, xml.dom.minidom"
USED = {"opened", "executed", "mapped", "inherited", "listed", "link", "readlink"}


def seen_by(method, arguments, folder):
    """The paths of the tree that a method saw used, or None if it does not work here."""
    log = folder / method
    done = subprocess.run([arguments.tracer, "--method", method, "--log", str(log), "--root", arguments.root, "--",
                           *arguments.command], capture_output=True)
    if done.returncode == 125:
        print(f"{method}: {done.stderr.decode(errors='replace').strip()}")
        return None
    if done.returncode != 0:
        sys.exit(f"{method}: status {done.returncode}: {done.stderr.decode(errors='replace')}")
    below = os.fsencode(arguments.root) + b"/"
    return {path for kind, path in AccessLog(log).facts() if kind in USED and path.startswith(below)}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tracer", required=True)
    parser.add_argument("--root")
    parser.add_argument("command", nargs="*")
    arguments = parser.parse_args()
    arguments.command = arguments.command or [PYTHON, "-c", IMPORTS]
    arguments.root = os.path.realpath(arguments.root or subprocess.run(
        [PYTHON, "-c", "import os; print(os.path.dirname(os.__file__))"], capture_output=True, text=True).stdout.strip())
    folder = Path(tempfile.mkdtemp(prefix="lbundle-cross-check-"))
    try:
        sets = {method: seen_by(method, arguments, folder) for method in ("notify", "ptrace", "fanotify", "atime")}
    finally:
        shutil.rmtree(folder)
    if sets["fanotify"] is None and sets["atime"] is None:
        print("skipped: neither fanotify nor atime works here")
        return 77
    lost = []
    for witness in ("fanotify", "atime"):
        for method in ("notify", "ptrace"):
            if sets[witness] is None or sets[method] is None:
                continue
            absent = sets[witness] - sets[method]
            print(f"{witness} saw {len(sets[witness])}, {method} {len(sets[method])}, of which {len(absent)} are absent")
            lost += [f"{method} does not have {os.fsdecode(path)!r}, which {witness} saw" for path in sorted(absent)]
    print("\n".join(lost))
    return 1 if lost or not sets["notify"] else 0


if __name__ == "__main__":
    sys.exit(main())
