#!/usr/bin/env python3
"""Writes the table of method against case into docs/tracing.md, from the results of run_cases.py.

With --check it only compares; status 1 if the table there is not that of the results, 77 if not every method ran.
"""

import argparse
import json
import sys
from pathlib import Path

from cases import CASES, CLAIMS

BEGIN = "<!-- made by tests/e2e/tracer/write_table.py from the results of the tests -->"
END = "<!-- end of the table -->"


def cell(result):
    if "skipped" in result:
        return "cannot run"
    if result["of"] == 0:
        return ""
    if result["seen"] >= result["of"]:
        return "all"
    return f"{result['seen']} of {result['of']}" if result["seen"] else "–"


def table(results):
    methods = list(CLAIMS)
    lines = ["| case | " + " | ".join(methods) + " |", "|---|" + "---|" * len(methods)]
    remarks = []
    for case in CASES:
        cells = [cell(results[method].get(case.name, {"skipped": ""})) for method in methods]
        if cells == ["cannot run"] * len(methods):
            continue
        lines.append(f"| {case.title} | " + " | ".join(cells) + " |")
        reasons = {**case.not_by, **case.fails_under}
        remarks += [f"- {case.title}, {method}: {why}." for method, why in reasons.items()]
    return "\n".join([BEGIN, "", *lines, "", *remarks, "", END])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--results", required=True, type=Path)
    parser.add_argument("page", type=Path)
    arguments = parser.parse_args()
    files = {method: arguments.results / f"{method}.json" for method in CLAIMS}
    absent = [method for method, file in files.items() if not file.exists()]
    if absent:
        print(f"skipped: no results of {', '.join(absent)} on this machine")
        return 77
    results = {method: json.loads(file.read_text()) for method, file in files.items()}
    page = arguments.page.read_text()
    before, rest = page.split(BEGIN)
    wanted = before + table(results) + rest.split(END, 1)[1]
    if arguments.check:
        unrunnable = [case.name for case in CASES if "skipped" in results["notify"].get(case.name, {"skipped": ""})]
        if wanted != page and unrunnable:
            print(f"skipped: not every case can run here: {', '.join(unrunnable)}")
            return 77
        if wanted != page:
            print(f"{arguments.page} has another table than the tests' results; run write_table.py without --check")
        return 0 if wanted == page else 1
    arguments.page.write_text(wanted)
    return 0


if __name__ == "__main__":
    sys.exit(main())
