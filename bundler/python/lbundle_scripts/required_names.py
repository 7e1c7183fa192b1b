"""Prints which distributions each installed distribution needs on this interpreter: a JSON list of normalised names a line.

Arguments: the folder that holds the package pip, or "" if there is none; the machine of the runtime ("aarch64"). On stdin,
NUL-separated: the paths of METADATA files. The lines are in the same order. A distribution needs what its Requires-Dist names, if
the marker is true for this Python and that machine. Requirements of an extra count if another of the files asks for that extra.

pip's own copy of `packaging` reads the requirements. If there is no pip, or if `packaging` rejects a requirement, only the
requirement's name is read. Its marker then counts as true, unless it contains "extra".
"""
import email.parser
import json
import os
import re
import sys

# Source: PEP 508 for names, PEP 503 for their normal form.
NAME = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)")


def normalised(name):
    return re.sub(r"[-_.]+", "-", name).lower()


class PlainRequirement:
    """A requirement, as far as it can be read without `packaging`."""

    def __init__(self, text):
        self.name = (NAME.match(text) or [text, text])[1]
        self.extras = ()
        self.of_extra = "extra" in text.partition(";")[2]

    def holds(self, extra, machine):
        return not self.of_extra


def reader_of(place):
    """Returns a function that makes an object with `name`, `extras` and `holds(extra, machine)` from a requirement's text."""
    if place:
        sys.path.append(place)
    try:
        from pip._vendor.packaging.requirements import InvalidRequirement, Requirement
    except ImportError:
        return PlainRequirement

    class FullRequirement(Requirement):
        def holds(self, extra, machine):
            return self.marker is None or self.marker.evaluate({"extra": extra, "platform_machine": machine})

    def read(text):
        try:
            return FullRequirement(text)
        except InvalidRequirement:
            return PlainRequirement(text)

    return read


class Metadata:
    """A distribution's name and requirements, from the text of its METADATA."""

    def __init__(self, text, read):
        # The description follows the headers, and its lines may look like headers.
        headers = email.parser.HeaderParser().parsestr(text)
        self.name = normalised(headers.get("Name", ""))
        self.requirements = [read(line) for line in headers.get_all("Requires-Dist", [])]

    def needed(self, extras, machine):
        """Returns the requirements that hold without an extra, or with one of `extras`."""
        return [each for each in self.requirements if any(each.holds(extra, machine) for extra in ["", *sorted(extras)])]


def needs_of(distributions, machine):
    """Returns the names that each of `distributions` needs, in the order of `distributions`."""
    extras = {each.name: set() for each in distributions}
    while True:
        before = sum(map(len, extras.values()))
        needed = [each.needed(extras[each.name], machine) for each in distributions]
        for requirement in (one for several in needed for one in several):
            extras.setdefault(normalised(requirement.name), set()).update(requirement.extras)
        if sum(map(len, extras.values())) == before:
            return [sorted({normalised(each.name) for each in several}) for several in needed]


def main(arguments):
    place, machine = arguments
    read = reader_of(place)
    distributions = []
    for path in sys.stdin.buffer.read().split(b"\0")[:-1]:
        with open(os.fsdecode(path), encoding="utf-8", errors="replace") as file:
            distributions.append(Metadata(file.read(), read))
    for names in needs_of(distributions, machine):
        print(json.dumps(names))
    return 0
