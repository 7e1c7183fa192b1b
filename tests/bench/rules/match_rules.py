#!/usr/bin/env python3
"""Tests the rules of packages on the wheels that they are about.

    match_rules.py [-o FOLDER] [--python 3.11] [NAME ...]

For each file of rules/packages (or of each NAME) it installs three versions, each alone: the oldest, the middle and the
newest that the file allows and that has a wheel for Lambda. It prints the globs that match nothing in any of them.

A `with` may name other distributions. In a `with`, the script skips a glob whose first part is not in the wheel.
It needs the network and pip. Exit status 1 if anything was printed.
"""

import argparse
import pathlib
import re
import subprocess
import sys
import tomllib

ROOT = pathlib.Path(__file__).resolve().parents[3]
PLATFORMS = ["manylinux_2_28_x86_64", "manylinux_2_27_x86_64", "manylinux_2_24_x86_64", "manylinux_2_17_x86_64",
             "manylinux2014_x86_64", "manylinux_2_12_x86_64", "manylinux2010_x86_64", "manylinux_2_5_x86_64",
             "manylinux1_x86_64"]


def run_pip(*words):
    return subprocess.run([sys.executable, "-m", "pip", "--disable-pip-version-check", *words],
                          capture_output=True, text=True)


def pip(*words):
    done = run_pip(*words)
    if done.returncode != 0:
        raise SystemExit(f"pip {' '.join(words)}\n{done.stderr}")


def wheel_options(python):
    platforms = [word for platform in PLATFORMS for word in ("--platform", platform)]
    return ["--only-binary=:all:", "--python-version", python, "--implementation", "cp", *platforms]


def satisfies(version, specifier):
    from pip._vendor.packaging.specifiers import SpecifierSet  # pip's own copy, so that nothing else is needed
    return SpecifierSet(specifier).contains(version)


def versions_to_try(name, specifier, python):
    """Returns the oldest, the middle and the newest version that `specifier` allows and that has a wheel for `python`."""
    # `pip index` also lists versions without such a wheel; pip's error for an impossible version lists only those with one.
    done = run_pip("install", "--dry-run", "--no-deps", "--target", "unused", *wheel_options(python), f"{name}===none")
    listed = re.search(r"\(from versions: ([^)]*)\)", done.stderr)
    versions = [v for v in listed[1].split(", ") if satisfies(v, specifier)] if listed else []
    if not versions:
        raise SystemExit(f"{name}: no version with a wheel is '{specifier}'")
    return list(dict.fromkeys((versions[0], versions[len(versions) // 2], versions[-1])))


def installed_paths(name, version, python, folder):
    target = folder / f"{name}-{version}"
    if not target.exists():
        pip("install", "-q", "--no-deps", "--no-compile", "--target", str(target), *wheel_options(python),
            f"{name}=={version}")
    return [str(path.relative_to(target)) for path in target.rglob("*") if path.is_file()]


def regex_of_part(part):
    text = ""
    at = 0
    while at < len(part):
        if part[at] == "[":
            end = part.index("]", at + 2)
            inside = part[at + 1:end]
            text += "[^/" + inside[1:] + "]" if inside[0] == "!" else "[" + inside + "]"
            at = end
        elif part[at] == "\\":
            at += 1
            text += re.escape(part[at])
        else:
            text += {"*": "[^/]*", "?": "[^/]"}.get(part[at], re.escape(part[at]))
        at += 1
    return text


def regex_of_glob(glob):
    if glob.endswith("/"):
        glob += "**"
    parts = glob.split("/")
    text = ""
    for part in parts[:-1]:
        text += "(?:[^/]+/)*" if part == "**" else regex_of_part(part) + "/"
    return re.compile(text + (".+" if parts[-1] == "**" else regex_of_part(parts[-1])))


def unmatched_globs(rules, paths):
    """Returns (action, glob) for each glob of `rules` that matches none of `paths`."""
    tops = {path.partition("/")[0] for path in paths}
    for action in ("keep", "drop", "with", "family"):
        for rule in rules.get(action, []):
            for glob in rule["files"] + rule.get("when", []):
                first = regex_of_glob(glob.partition("/")[0])
                may_be_elsewhere = action == "with" and not any(map(first.fullmatch, tops))
                if not may_be_elsewhere and not any(map(regex_of_glob(glob).fullmatch, paths)):
                    yield action, glob


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("-o", "--output", type=pathlib.Path, default=ROOT / ".lbundle/rules", help="where the wheels go")
    options.add_argument("--python", default="3.11")
    options.add_argument("names", nargs="*", metavar="NAME")
    options = options.parse_args()
    mistakes = 0
    for file in sorted((ROOT / "rules/packages").glob("*.toml")):
        if options.names and file.stem not in options.names:
            continue
        rules = tomllib.loads(file.read_text())
        name = rules["distribution"]
        if name != file.stem:
            print(f"{file.name}: is of '{name}'")
            mistakes += 1
        versions = versions_to_try(name, rules.get("versions", ""), options.python)
        paths = {path for version in versions for path in installed_paths(name, version, options.python, options.output)}
        for action, glob in unmatched_globs(rules, paths):
            print(f"{file.name}: {action} '{glob}' matches nothing")
            mistakes += 1
        print(f"{name}: {', '.join(versions)}", file=sys.stderr)
    return 1 if mistakes else 0


if __name__ == "__main__":
    sys.exit(main())
