#!/usr/bin/env python3
"""Everything that fanotify and atime saw in a tree must be in the logs of notify and ptrace, for a program that uses many files.

    cross_check.py --tracer PROGRAM                        Python imports its standard library
    cross_check.py --tracer PROGRAM --lbundle PROGRAM      the raster fixture's events over its tree, staged by lbundle
    cross_check.py --tracer PROGRAM --root DIR -- COMMAND ARGUMENT...

With status 1 it prints each file that is missing. Status 77: neither fanotify nor atime works here; with
LBUNDLE_TEST_NO_SKIP=1 a method that does not work is a failure.
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
FIXTURE = Path(__file__).resolve().parents[3] / "fixtures/raster"
IMPORTS = "import asyncio, email.mime.multipart, http.server, json, logging.config, sqlite3, unittest.mock, xml.dom.minidom"
USED = {"opened", "executed", "mapped", "inherited", "listed", "link", "readlink"}
WITNESSES, JUDGED = ("fanotify", "atime"), ("notify", "ptrace")


def seen_by(method, arguments, folder):
    """Returns the paths of the tree whose use a method saw, or None if it does not work here."""
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


def standard_library(arguments):
    arguments.command = [PYTHON, "-c", IMPORTS]
    arguments.root = subprocess.run([PYTHON, "-c", "import os; print(os.path.dirname(os.__file__))"], capture_output=True,
                                    text=True, check=True).stdout.strip()


def raster_fixture(arguments, folder):
    """Stages a copy of the fixture: the wheels come from the user's cache after the first time."""
    if not (FIXTURE / "data/landcover.vrt").exists():
        subprocess.run([sys.executable, FIXTURE / "make_data.py"], check=True)
    project = folder / "raster"
    shutil.copytree(FIXTURE, project, ignore=shutil.ignore_patterns(".lbundle", "dist", "__pycache__"))
    subprocess.run([arguments.lbundle, "stage", str(project)], check=True, stdout=subprocess.DEVNULL)
    arguments.root = str(project / ".lbundle/staged")
    events = sorted(str(event) for event in (project / "events").glob("train-*.json"))
    driver = Path(__file__).with_name("raster_events.py")
    arguments.command = ["/usr/bin/python3.11", "-B", str(driver), arguments.root, *events]
    # Each run is the same: no two threads race for an import, and no random seed orders a set.
    os.environ.update(RASTER=str(project / "data/landcover.vrt"), WORKERS="1", PYTHONHASHSEED="0", GDAL_NUM_THREADS="1")


def compare(sets):
    """Returns what is missing in the logs of the judged methods."""
    lost = []
    for witness in WITNESSES:
        for method in JUDGED:
            if sets[witness] is None or sets[method] is None:
                continue
            absent = sets[witness] - sets[method]
            print(f"{witness} saw {len(sets[witness])}, {method} {len(sets[method])}, of which {len(absent)} are absent")
            lost += [f"{method} does not have {os.fsdecode(path)!r}, which {witness} saw" for path in sorted(absent)]
    return lost


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tracer", required=True)
    parser.add_argument("--lbundle")
    parser.add_argument("--root")
    parser.add_argument("command", nargs="*")
    arguments = parser.parse_args()
    folder = Path(os.path.realpath(tempfile.mkdtemp(prefix="lbundle-cross-check-")))
    try:
        if arguments.lbundle:
            raster_fixture(arguments, folder)
        elif not arguments.command:
            standard_library(arguments)
        arguments.root = os.path.realpath(arguments.root)
        sets = {method: seen_by(method, arguments, folder) for method in (*JUDGED, *WITNESSES)}
    finally:
        shutil.rmtree(folder)
    not_here = [method for method, seen in sets.items() if seen is None]
    if not_here and os.environ.get("LBUNDLE_TEST_NO_SKIP") == "1":
        print("FAILED: must work where tests are not to be skipped: " + ", ".join(not_here))
        return 1
    if all(sets[witness] is None for witness in WITNESSES):
        print("skipped: neither fanotify nor atime works here")
        return 77
    lost = compare(sets)
    print("\n".join(lost))
    return 1 if lost or not all(sets[method] for method in JUDGED if sets[method] is not None) else 0


if __name__ == "__main__":
    sys.exit(main())
