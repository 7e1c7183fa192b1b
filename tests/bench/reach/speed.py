#!/usr/bin/env python3
"""Measures how long reach takes on a tree of many Python files: once cold, and once when the files are known.

    speed.py [--lbundle PROGRAM] [--files 10000] [-j 2]

The tree consists of many copies of the standard library. Each copy of a file has a line of its own, so that no two files are
the same. All of it is the function's own code, which reach reads completely. Prints the seconds of the stage prune, cold and known.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sysconfig
import tempfile

PROJECT = """[function]
name = "speed"
handler = "handler.handler"
runtime = "python3.11"

[[event]]
files = "events/*.json"

[stage]
backend = "host"

[trace]
runs = 1

[pack]
level = "fast"

[limits]
upload = "s3"
"""


def sources():
    root = pathlib.Path(sysconfig.get_path("stdlib"))
    return [path for path in sorted(root.rglob("*.py"))
            if "site-packages" not in path.parts and "test" not in path.parts and "lib2to3" not in path.parts]


def write_tree(folder, count):
    texts = [path.read_bytes() for path in sources()]
    size = 0
    for number in range(count):
        text = texts[number % len(texts)] + b"\n# copy %d\n" % number
        package = folder / ("code%d" % (number // 100))
        package.mkdir(exist_ok=True)
        (package / ("m%d.py" % number)).write_bytes(text)
        size += len(text)
    (folder / "handler.py").write_text("def handler(event, context):\n    return 1\n")
    (folder / "events").mkdir()
    (folder / "events" / "one.json").write_text("{}")
    (folder / "lbundle.toml").write_text(PROJECT)
    return size


def prune_seconds(program, folder, jobs, cache):
    done = subprocess.run([program, "build", folder, "--format", "json", "-q", "-j", str(jobs)], capture_output=True,
                          text=True, env={**os.environ, "LBUNDLE_CACHE": str(cache)})
    if done.returncode not in (0, 1):
        raise SystemExit(done.stderr)
    return next(stage["seconds"] for stage in json.loads(done.stdout)["stages"] if stage["name"] == "prune")


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--lbundle", default="lbundle")
    parser.add_argument("--files", type=int, default=10000)
    parser.add_argument("-j", "--jobs", type=int, default=2)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary, "project")
        folder.mkdir()
        size = write_tree(folder, arguments.files)
        cache = pathlib.Path(temporary, "cache")
        cold = prune_seconds(arguments.lbundle, folder, arguments.jobs, cache)
        known = prune_seconds(arguments.lbundle, folder, arguments.jobs, cache)
    print(f"{arguments.files:,} files, {size / 1e6:.0f} MB of source, {arguments.jobs} jobs: "
          f"prune {cold:.2f} s cold, {known:.2f} s known")


if __name__ == "__main__":
    main()
