#!/usr/bin/env python3
"""Runs every case of cases.py under one method and judges the logs.

Writes the results as JSON, for the table in docs/tracing.md. Status 1: a case failed. Status 77: the method does not
work on this machine; with LBUNDLE_TEST_NO_SKIP=1 that is a failure.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from access_log import AccessLog
from cases import AS_GOOD_AS, CASES, CLAIMS

SKIPPED = 77


def loader_of(program):
    """Returns the PT_INTERP of a program, with its links resolved."""
    listing = subprocess.run(["readelf", "-lW", str(program)], capture_output=True, text=True, check=True).stdout
    return os.path.realpath(re.search(r"program interpreter: (\S+)\]", listing).group(1))


def absolute(fact, tree, case, programs):
    kind, path = fact
    if path == "/LOADER":
        path = loader_of(programs / "program")
    path = os.fsencode(path)
    return kind, path if path.startswith(b"/") else os.path.join(os.fsencode(tree), path)


def is_seen(fact, seen, method):
    kind, path = fact
    accepted = {kind} if CLAIMS[method] is None else {kind} | AS_GOOD_AS.get(kind, set())
    return any((other, path) in seen for other in accepted)


def command_of(case, tree, programs):
    return case.command(tree, programs) if case.command else [str(programs / case.name)]


def trace(case, method, tree, log, arguments):
    options = ["--method", method, "--log", str(log), "--timeout", "60"]
    if not case.whole or method == "atime":
        options += ["--root", str(tree)]
    stdin = open(tree / case.stdin, "rb") if case.stdin else subprocess.DEVNULL
    return subprocess.run([arguments.tracer, *options, "--", *command_of(case, tree, arguments.programs)], cwd=tree,
                          stdin=stdin, stderr=subprocess.PIPE, stdout=subprocess.PIPE)


def judge(case, method, tree, log, arguments):
    """Returns the result for the table, and what is wrong."""
    wrong = []
    seen = log.facts()
    facts = [absolute(fact, tree, case, arguments.programs) for fact in case.facts]
    found = [fact for fact in facts if is_seen(fact, seen, method)]
    claims = CLAIMS[method]
    if method not in case.not_by:
        for fact in facts:
            if fact not in found and (claims is None or fact[0] in claims):
                wrong.append(f"{fact[0]} {os.fsdecode(fact[1])!r} is not in the log")
        if case.refused and case.refused not in [record["call"] for record in log.of("refused")]:
            wrong.append(f"{case.refused} is not reported as refused")
    for fact in case.absent:
        if method not in case.not_by and absolute(fact, tree, case, arguments.programs) in seen:
            wrong.append(f"{fact} is in the log and should not be")
    expected = {case.unread} if case.unread and CLAIMS[method] is None else set()
    if {record["call"] for record in log.of("unread")} != expected:
        wrong.append(f"unread: {log.of('unread')}, not {expected}")
    if not log.ended or log.records[-1]["accesses"] != len(log.of("access")):
        wrong.append("the log does not end as it should")
    total, count = len(facts), len(found)
    if case.refused:
        total, count = 1, len(log.of("refused"))
    return {"seen": count, "of": total}, wrong


def run_case(case, method, arguments):
    if case.needs and shutil.which(case.needs) is None:
        return {"skipped": f"{case.needs} is not installed"}, []
    if case.command is None and not (arguments.programs / case.name).exists():
        return {"skipped": "not for this architecture"}, []
    folder = Path(tempfile.mkdtemp(prefix="lbundle-trace-case-"))
    try:
        folder.chmod(0o755)
        tree = Path(os.path.realpath(folder)) / "tree"
        tree.mkdir()
        case.prepare(tree, arguments.programs)
        done = trace(case, method, tree, folder / "log", arguments)
        if done.returncode == SKIPPED or (done.returncode != 0 and method in case.fails_under):
            return {"skipped": case.fails_under.get(method) or done.stderr.decode(errors="replace").strip()}, []
        if done.returncode != 0:
            return {"seen": 0, "of": 1}, [f"status {done.returncode}: {done.stderr.decode(errors='replace')}"]
        return judge(case, method, tree, AccessLog(folder / "log"), arguments)
    finally:
        subprocess.run(["rm", "-rf", str(folder)], check=True)  # shutil fails on very long paths


def build_go(arguments):
    if shutil.which("go"):
        source = Path(__file__).parent / "cases/go-case.go"
        subprocess.run(["go", "build", "-o", str(arguments.programs / "go-case"), str(source)], check=True)


def works_here(arguments):
    probe = json.loads(subprocess.run([arguments.tracer, "--probe"], capture_output=True, check=True).stdout)
    name = "ptrace" if arguments.method == "ptrace-exact" else arguments.method
    found = next(method for method in probe["methods"] if method["name"] == name)
    if not found["works"]:
        print(f"skipped: {arguments.method} does not work here: {found['why']}")
    return found["works"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tracer", required=True)
    parser.add_argument("--programs", required=True, type=lambda text: Path(text).resolve())
    parser.add_argument("--results", type=Path)
    parser.add_argument("--case", action="append")
    parser.add_argument("method", choices=sorted(CLAIMS))
    arguments = parser.parse_args()
    if not works_here(arguments):
        return 1 if os.environ.get("LBUNDLE_TEST_NO_SKIP") == "1" else SKIPPED
    build_go(arguments)
    results, failed = {}, False
    for case in CASES:
        if arguments.case and case.key not in arguments.case:
            continue
        results[case.key], wrong = run_case(case, arguments.method, arguments)
        print(f"{case.key}: {results[case.key]}" + "".join(f"\n  FAILED {line}" for line in wrong), flush=True)
        failed = failed or bool(wrong)
    if arguments.results and not arguments.case:
        arguments.results.mkdir(parents=True, exist_ok=True)
        (arguments.results / (arguments.method + ".json")).write_text(json.dumps(results, indent=1) + "\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
