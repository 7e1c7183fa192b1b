"""Sets of alternatives that an expression can have, and how they are combined.

A value is a frozenset of alternatives. Each is a text with holes (text_holes.py), a Many (list, tuple, set) or a Table (dict). What is
not known is a hole.
"""
import itertools

from lbundle_scripts.text_holes import BOUND, HOLE, joined_path, tidy

UNKNOWN = frozenset([HOLE])
NOTHING = frozenset()
# More alternatives than these become a hole: sums of texts, and tables of names.
MOST_COMBINED, MOST_LISTED = 256, 4000


class Many:
    """items: the values in order, or None if the order is not known. any: all that an element can be."""

    def __init__(self, items, any_=None):
        self.items = items
        self.any = union(items) if any_ is None else any_


class Table:
    """entries: by plain key. keys, any: all that a key and a value can be."""

    def __init__(self, entries, keys, any_):
        self.entries, self.keys, self.any = entries, keys, any_


def union(values):
    found = frozenset(itertools.chain.from_iterable(values))
    if len(found) > MOST_LISTED:
        return UNKNOWN
    return found


def texts(value):
    """Returns the texts among the alternatives; a container counts as a hole."""
    return [each if isinstance(each, str) else HOLE for each in value]


def element(value):
    """Returns what iteration over the value gives."""
    parts = []
    for each in value:
        if isinstance(each, Many):
            parts.append(each.any)
        elif isinstance(each, Table):
            parts.append(each.keys)
        elif each.startswith(BOUND):
            parts.append(frozenset([each]))  # whoever resolves it takes the elements
        else:
            parts.append(UNKNOWN)
    return union(parts)


def combined(values, function):
    """Applies function(text, …) to each combination of the values' texts."""
    choices = [texts(value) for value in values]
    size = 1
    for position, each in enumerate(choices):
        if size * len(each) > MOST_COMBINED and len(each) > 1:
            if size > 1 or any(len(other) > 1 for other in choices[position + 1:]) or len(each) > MOST_LISTED:
                choices[position] = [HOLE]
        size *= len(choices[position])
    return frozenset(tidy(function(*each)) for each in itertools.product(*choices))


def concatenated(values):
    return combined(values, lambda *parts: "".join(parts))


def joined_parts(*parts):
    path = parts[0]
    for part in parts[1:]:
        path = joined_path(path, part)
    return path
