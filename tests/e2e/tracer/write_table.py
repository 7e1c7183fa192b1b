#!/usr/bin/env python3
"""Writes the table of cases and methods into docs/tracing.md, from the results of run_cases.py.

With --check it only compares: status 1 if the page's table differs from the results, 77 if a method did not run.
"""

import argparse
import json
import os
import sys
import textwrap
from pathlib import Path

from cases import CASES, CLAIMS

BEGIN = "<!-- made by tests/e2e/tracer/write_table.py from the results of the tests -->"
END = "<!-- end of the table -->"


def cell(result, may_vary):
    if "skipped" in result:
        return "cannot run"
    if result["seen"] >= result["of"]:
        return "all"
    if result["seen"] and may_vary:
        return "part"
    return f"{result['seen']} of {result['of']}" if result["seen"] else "–"


def table(results, page):
    """Returns the table. If a case's language is not installed here, the table keeps the row of the page."""
    old_rows = {line.split(" | ")[0][2:]: line for line in page.splitlines() if line.startswith("| ")}
    methods = list(CLAIMS)
    lines = ["| case | " + " | ".join(methods) + " |", "|---|" + "---|" * len(methods)]
    remarks = []
    for case in CASES:
        cells = [cell(results[method][case.key], method in case.not_by) for method in methods]
        row = f"| {case.title} | " + " | ".join(cells) + " |"
        lines.append(old_rows.get(case.title, row) if cells == ["cannot run"] * len(methods) else row)
        reasons = {**case.not_by, **case.fails_under}
        for method, why in reasons.items():
            remarks += textwrap.wrap(f"- {case.title}, {method}: {why}.", 100, subsequent_indent="  ", break_long_words=False,
                                     break_on_hyphens=False)
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
        return 1 if os.environ.get("LBUNDLE_TEST_NO_SKIP") == "1" else 77
    results = {method: json.loads(file.read_text()) for method, file in files.items()}
    page = arguments.page.read_text()
    before, rest = page.split(BEGIN)
    wanted = before + table(results, page) + rest.split(END, 1)[1]
    if arguments.check:
        if wanted != page:
            print(f"{arguments.page} has a table that does not agree with the results of the tests; run write_table.py without --check")
        return 0 if wanted == page else 1
    arguments.page.write_text(wanted)
    return 0


if __name__ == "__main__":
    sys.exit(main())
