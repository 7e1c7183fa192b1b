#!/usr/bin/env python3
"""Rewrites every ELF file of many wheels with lbundle and its peers, loads each file in a fresh process, runs one line that
uses each package, and prints a Markdown table.

    wheels.py NATIVE_BENCH [--tree TREE] [--python PYTHON] [--platform PLATFORM] [PACKAGE…]

Without --tree, pip first installs the newest wheels of the packages in use_lines.json, or of the named packages (1.5 GB). A
file is broken if dlopen loads the original but not the result, or if a segment's offset is no longer congruent with its
address. With --platform (manylinux2014_aarch64) the wheels are for another machine: the script then loads and runs nothing,
and checks only the form of the files. Peers: strip (binutils), llvm-strip, eu-strip (elfutils); a missing peer has no row.
"""
import argparse, collections, json, os, shutil, struct, subprocess, sys, tempfile
from concurrent.futures import ThreadPoolExecutor

HERE = os.path.dirname(os.path.abspath(__file__))
LINES = json.load(open(os.path.join(HERE, "use_lines.json")))
PEERS = {"strip": ["strip"], "llvm-strip": ["llvm-strip"], "eu-strip": ["eu-strip"]}


def environment(tree):
    return {"PATH": "/usr/bin:/bin", "PYTHONPATH": tree, "PYTHONDONTWRITEBYTECODE": "1", "HOME": tree, "LC_ALL": "C"}


def native_files(tree):
    for folder, _, names in os.walk(tree):
        for name in names:
            path = os.path.join(folder, name)
            if not os.path.islink(path) and os.path.getsize(path) > 64 and open(path, "rb").read(4) == b"\x7fELF":
                yield os.path.relpath(path, tree)


def is_congruent(path):
    with open(path, "rb") as file:
        header = file.read(64)
        offset, = struct.unpack_from("<Q", header, 32)
        count, = struct.unpack_from("<H", header, 56)
        file.seek(offset)
        table = file.read(56 * count)
    for i in range(count):
        kind, _, start, address, _, _, _, align = struct.unpack_from("<IIQQQQQQ", table, 56 * i)
        if kind == 1 and align > 1 and (address - start) % align:
            return False
    return True


def loads(python, tree, path):
    done = subprocess.run([python, "-c", "import ctypes, sys; ctypes.CDLL(sys.argv[1])", os.path.join(tree, path)],
                          env=environment(tree), capture_output=True, timeout=120)
    return done.returncode == 0


def answers(python, tree, lines):
    result = {}
    for package, line in lines.items():
        done = subprocess.run([python, "-c", line], env=environment(tree), cwd=tempfile.gettempdir(), capture_output=True,
                              text=True, timeout=600)
        result[package] = (done.returncode, done.stdout)
    return result


def judge(name, options, original, result, files, loadable, expected):
    def state(path):
        return is_congruent(os.path.join(result, path)) and (not loadable[path] or loads(options.python, result, path))

    with ThreadPoolExecutor(2) as pool:
        right = dict(zip(files, pool.map(state, files)))
    size = lambda tree: sum(os.path.getsize(os.path.join(tree, path)) for path in files)
    changed = sum(os.path.getsize(os.path.join(original, p)) != os.path.getsize(os.path.join(result, p)) for p in files)
    given = answers(options.python, result, options.lines)
    lost = ", ".join(package for package in options.lines if given[package] != expected[package]) or "none"
    saved = size(original) - size(result)
    print(f"| {name} | {changed} | {len(files) - changed} | {sum(not ok for ok in right.values())} | {saved / 1e6:.1f} MB |"
          f" {100 * saved / size(original):.1f} % | {'not run' if options.platform else lost} |", flush=True)
    for path in files:
        if not right[path]:
            print(f"{name} broke {path}", file=sys.stderr, flush=True)


def print_reasons(outcomes):
    """Prints, from native_bench's lines, why files stay unchanged."""
    rows = [line.split("\t") for line in outcomes.splitlines()]
    kept = collections.defaultdict(list)
    for outcome, path, before, _, reason in rows:
        if outcome == "kept":
            kept[reason or "stays as it was: nothing but what is loaded is in it"].append((path, int(before)))
    print("\n| kept by lbundle | files | bytes | one of them |\n|---|---|---|---|")
    for reason, files in sorted(kept.items()):
        print(f"| {reason} | {len(files)} | {sum(size for _, size in files) / 1e6:.1f} MB | {files[0][0]} |")


def install(options, tree):
    command = [options.python, "-m", "pip", "install", "-q", "--no-compile", "--only-binary=:all:", "--target", tree]
    if options.platform:
        command += ["--platform", options.platform, "--python-version", "3.11", "--implementation", "cp"]
    subprocess.run([*command, *options.lines], check=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("native_bench")
    parser.add_argument("--tree")
    parser.add_argument("--python", default="/usr/bin/python3.11")
    parser.add_argument("--platform")
    parser.add_argument("package", nargs="*")
    options = parser.parse_intermixed_args()
    options.lines = {package: LINES[package] for package in options.package or LINES}
    with tempfile.TemporaryDirectory() as work:
        tree = options.tree or os.path.join(work, "tree")
        if not options.tree:
            install(options, tree)
        files = sorted(native_files(tree))
        if options.platform:
            lines, options.lines = options.lines, {}
            loadable = dict.fromkeys(files, False)
        else:
            lines = options.lines
            with ThreadPoolExecutor(2) as pool:
                loadable = dict(zip(files, pool.map(lambda path: loads(options.python, tree, path), files)))
        expected = answers(options.python, tree, options.lines)
        failing = [package for package, (status, _) in expected.items() if status != 0]
        print(f"{', '.join(lines)}: {len(files)} ELF files, "
              f"{sum(os.path.getsize(os.path.join(tree, p)) for p in files) / 1e6:.1f} MB; "
              f"{sum(loadable.values())} load by themselves; lines of use that fail unchanged: {', '.join(failing) or 'none'}\n")
        print("| tool | changed | as they were | broken | saved | of the libraries | answers that differ |")
        print("|---|---|---|---|---|---|---|", flush=True)
        result = os.path.join(work, "result")
        outcomes = subprocess.run([options.native_bench, "strip", tree, result, os.path.join(work, "cache")], check=True,
                                  stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
        judge("lbundle", options, tree, result, files, loadable, expected)
        for name, command in PEERS.items():
            if not shutil.which(command[0]):
                continue
            shutil.rmtree(result)
            shutil.copytree(tree, result, symlinks=True)
            for path in files:
                subprocess.run([*command, os.path.join(result, path)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            judge(name, options, tree, result, files, loadable, expected)
        print_reasons(outcomes)


if __name__ == "__main__":
    sys.exit(main())
