#!/usr/bin/env python3
"""Runs untraced events on popular packages: which of them still pass at each level, and with the recipe of opened files.

    unseen.py [--lbundle PROGRAM] [-o FOLDER] [--runtime NAME] [--only-reach] [--opaque] [--table FILE] [NAME ...]

Each file of cases/ is a handler: `train` is three lines of use, every other function is a use from the package's
documentation. Only `train` is traced. The uses run on the unshrunk tree and on each zip, and their answers are compared.
With --only-reach the level trace and the recipe are left out, and the zip is packed by `fast`. With --opaque the code of the uses comes with the event, so the handler does not contain it, and reach sees only what the
package itself can load.

Prints, for each case, how many uses pass and the size of the zip, at the levels reach and trace and for the recipe (every
opened file, with the source beside each opened bytecode file, packed with `zip -9`). It names each loss at reach. It needs
the network the first time. Exit status 1 if reach lost anything.
"""
import argparse
import ast
import json
import pathlib
import shutil
import subprocess
import sys
import zipfile

HERE = pathlib.Path(__file__).resolve().parent

PROJECT = """[function]
name = "unseen"
handler = "handler.handler"
runtime = "RUNTIME"
source = ["handler.py"]
requirements = "requirements.txt"

[[event]]
files = "events/train.json"

[[event]]
files = "events/use-*.json"
verify_only = true

[stage]
backend = "host"

[sandbox]
timeout = 120
memory = 3008

[trace]
runs = 1

[limits]
upload = "s3"
"""

TITLES = {"reach": "reach passes", "trace": "trace passes", "recipe": "opened files pass"}

DISPATCH = """

def handler(event, context):
    return globals()[event["use"]]()
"""

# The uses see the module's own imports and functions, as if they were part of the module.
OPAQUE_DISPATCH = """

def handler(event, context):
    exec(event["code"], globals())
    return globals()[event["use"]]()
"""


def functions_of(source):
    return [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")]


def requirements_of(source):
    first = source.partition("\n")[0]
    assert first.startswith("# pip: "), "the first line names the requirements"
    return first.removeprefix("# pip: ").split()


def write_project(source, folder, runtime, opaque):
    """Makes a project for the case; returns the names of the uses."""
    uses = [node for node in functions_of(source) if node.name != "train"]
    (folder / "events").mkdir(parents=True, exist_ok=True)
    for old in (folder / "events").iterdir():
        old.unlink()
    lines = source.splitlines()
    events = {"train": {"use": "train"}}
    for node in uses:
        events["use-" + node.name] = {"use": node.name}
        if opaque:
            events["use-" + node.name]["code"] = "\n".join(lines[node.lineno - 1:node.end_lineno])
    if opaque:
        events["train"]["code"] = ""
        for node in reversed(uses):
            del lines[node.lineno - 1:node.end_lineno]
        source = "\n".join(lines) + OPAQUE_DISPATCH
    else:
        source += DISPATCH
    for name, event in events.items():
        (folder / "events" / (name + ".json")).write_text(json.dumps(event))
    (folder / "handler.py").write_text(source)
    (folder / "lbundle.toml").write_text(PROJECT.replace("RUNTIME", runtime))
    (folder / "requirements.txt").write_text("\n".join(requirements_of(source)) + "\n")
    return [node.name for node in uses]


def run_lbundle(program, *words):
    done = subprocess.run([program, *words], capture_output=True, text=True)
    if done.returncode not in (0, 1):
        raise SystemExit(f"lbundle {' '.join(map(str, words))} ended with {done.returncode}:\n{done.stderr}")
    return json.loads(done.stdout)


def lost_in(report):
    return {event["name"]: event.get("differences", []) for event in report["events"] if not event["match"]}


def pack_recipe(folder, target):
    """Returns every file that the traced event opened, and the source beside each bytecode file that it opened."""
    root = folder / ".lbundle" / "staged"
    manifest = json.loads((folder / "dist" / "unseen.manifest.json").read_text())
    names = set()
    for file in manifest["files"]:
        if any(kind in ("opened", "mapped", "executed") for kind in file.get("evidence", {})):
            names.add(file["path"])
    for name in list(names):
        path = pathlib.PurePosixPath(name)
        if path.parent.name == "__pycache__":
            names.add(str(path.parent.parent / (path.name.split(".")[0] + ".py")))
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for name in sorted(names):
            if (root / name).is_file():
                packed.write(root / name, name)
    return target.stat().st_size


def megabytes(size):
    return f"{size / 1e6:.1f}"


def ways(arguments):
    return ["reach"] if arguments.only_reach else ["reach", "trace", "recipe"]


def bench(name, arguments):
    source = (HERE / "cases" / (name + ".py")).read_text()
    folder = arguments.output / (name + ("-opaque" if arguments.opaque else ""))
    uses = write_project(source, folder, arguments.runtime, arguments.opaque)
    row = {"name": name, "uses": len(uses), "requirements": requirements_of(source)}
    options = ["--no-repair", "--format", "json", "-q"] + (["--pack-level", "fast"] if arguments.only_reach else [])
    for level in ["reach"] if arguments.only_reach else ["trace", "reach"]:
        report = run_lbundle(arguments.lbundle, "build", folder, "--level", level, *options)
        row[level] = {"zipped": report["zipped"], "lost": lost_in(report), "seconds": report["seconds"]}
        if level == "reach":
            row["staged"] = report["stages"][0]["unzipped"]
            if "rejected" in report["manifest"]:  # something was lost, or the bundle is over a limit
                shutil.copytree(folder / ".lbundle" / "rejected", folder / "dist", dirs_exist_ok=True)
    if arguments.only_reach:
        return row
    recipe = folder / "recipe.zip"
    size = pack_recipe(folder, recipe)
    report = run_lbundle(arguments.lbundle, "verify", recipe, folder, "--format", "json", "-q")
    row["recipe"] = {"zipped": size, "lost": lost_in(report)}
    return row


def passes(row, way):
    lost = {name for name in row[way]["lost"] if name != "train"}
    return f"{row['uses'] - len(lost)} of {row['uses']}"


def result(row, way):
    return f"{way} {passes(row, way)} in {megabytes(row[way]['zipped'])} MB"


def table(rows, shown):
    lines = ["| case | staged MB |" + "".join(f" {TITLES[way]} | MB |" for way in shown), "|---|---|" + "---|---|" * len(shown)]
    for row in rows:
        cells = [row["name"], megabytes(row["staged"])]
        for way in shown:
            cells += [passes(row, way), megabytes(row[way]["zipped"])]
        lines.append("| " + " | ".join(cells) + " |")
    uses = sum(row["uses"] for row in rows)
    cells = ["all", megabytes(sum(row["staged"] for row in rows))]
    for way in shown:
        lost = sum(len([name for name in row[way]["lost"] if name != "train"]) for row in rows)
        cells += [f"{uses - lost} of {uses}", megabytes(sum(row[way]["zipped"] for row in rows))]
    lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--lbundle", default="lbundle")
    parser.add_argument("-o", "--output", type=pathlib.Path, default=pathlib.Path("unseen"))
    parser.add_argument("--runtime", default="python3.11")
    parser.add_argument("--only-reach", action="store_true")
    parser.add_argument("--opaque", action="store_true")
    parser.add_argument("--table", type=pathlib.Path)
    parser.add_argument("names", nargs="*")
    arguments = parser.parse_args()
    rows = []
    for name in arguments.names or sorted(path.stem for path in (HERE / "cases").glob("*.py")):
        row = bench(name, arguments)
        rows.append(row)
        print(f"{name}: " + ", ".join(result(row, way) for way in ways(arguments)), flush=True)
        for use, differences in row["reach"]["lost"].items():
            print(f"  lost at reach: {use}: {'; '.join(differences)[:400]}", flush=True)
    text = table(rows, ways(arguments))
    print(text)
    if arguments.table:
        arguments.table.write_text(text + "\n")
    return int(any(row["reach"]["lost"] for row in rows))


if __name__ == "__main__":
    sys.exit(main())
