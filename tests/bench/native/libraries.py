#!/usr/bin/env python3
"""Writes tables in Markdown: what lbundle does with each library of a tree. docs/native-raster.md has them for fixtures/raster.

    libraries.py NATIVE_BENCH TREE

Prints each library's outcome (shared, relaid, or kept with its reason), each pair that was judged, the sums, and the deflated size
of the libraries before and after. The times are from one run without a cache and one run with it.
"""
import os, subprocess, sys, tempfile, time, zlib

SHORT = {"every symbol that is looked up is found as before": "found as before"}


def run(program, tree, output, cache):
    """Returns the outcomes, the pairs, the seconds that passed, and the seconds of processor time."""
    before, start = os.times(), time.monotonic()
    lines = subprocess.run([program, "both", tree, output, cache], check=True, capture_output=True, text=True).stdout.splitlines()
    after = os.times()
    rows = [line.split("\t") for line in lines]
    processor = after.children_user + after.children_system - before.children_user - before.children_system
    return ([row for row in rows if row[0] in ("shared", "relaid", "kept")], [row for row in rows if row[0] in ("share", "could", "refuse")],
            time.monotonic() - start, processor)


def deflated(tree, paths):
    size = 0
    for path in paths:
        place = os.path.join(tree, path)
        if os.path.lexists(place):
            content = os.readlink(place).encode() if os.path.islink(place) else open(place, "rb").read()
            size += len(zlib.compress(content, 9))
    return size


def megabytes(size):
    return "%.2f MB" % (size / 1e6)


def main():
    program, tree = sys.argv[1:]
    with tempfile.TemporaryDirectory() as work:
        result, cache = os.path.join(work, "result"), os.path.join(work, "cache")
        outcomes, pairs, seconds, processor = run(program, tree, "-", cache)
        _, _, again, processor_again = run(program, tree, "-", cache)
        run(program, tree, result, cache)
        paths = [row[1] for row in outcomes]
        zipped, zipped_after = deflated(tree, paths), deflated(result, paths)
    taken = {kind: sum(int(row[2]) - int(row[3]) for row in outcomes if row[0] == kind) for kind in ("shared", "relaid")}
    print("%d libraries, %s.\nShared: %d, which saves %s; relaid: %d, which saves %s; kept: %d.\nDeflated: %s before, %s after." % (
        len(outcomes), megabytes(sum(int(row[2]) for row in outcomes)), sum(row[0] == "shared" for row in outcomes),
        megabytes(taken["shared"]), sum(row[0] == "relaid" for row in outcomes), megabytes(taken["relaid"]),
        sum(row[0] == "kept" for row in outcomes), megabytes(zipped), megabytes(zipped_after)))
    print("\nReading, sharing and relaying: %.2f s, %.2f s of it processor time.\nFrom the cache: %.2f s, %.2f s of it processor time; "
          "both include the digests of the tree's files.\n" % (
        seconds, processor, again, processor_again))
    print("| library | outcome | bytes before | bytes after | reason |\n|---|---|---|---|---|")
    for outcome, path, before, after, reason in outcomes:
        print("| %s | %s | %s | %s | %s |" % (path, outcome, before, after, reason))
    print("\n| can this library | be replaced by this one | verdict | bytes saved | reason |\n|---|---|---|---|---|")
    for verdict, replaced, replacement, saved, reason in pairs:
        print("| %s | %s | %s | %s | %s |" % (replaced, replacement, {"share": "yes, done", "could": "yes, not needed"}.get(verdict, "no"),
                                              saved, SHORT.get(reason, reason)))


if __name__ == "__main__":
    sys.exit(main())
