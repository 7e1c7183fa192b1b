"""The values of texts with fields: printf, str.format and string.Template. See values.py for the parameters."""
import ast

from lbundle_scripts import text_holes
from lbundle_scripts.text_holes import HOLE, is_plain, tidy
from lbundle_scripts.value_sets import UNKNOWN, Many, Table, concatenated, texts, union


def printf(values, node, scope):
    right = node.right
    count, value_of = 1, lambda index: values.of(right, scope)
    if isinstance(right, ast.Tuple):
        if any(isinstance(part, ast.Starred) for part in right.elts):
            count = None
        else:
            count, value_of = len(right.elts), lambda index: values.of(right.elts[index], scope)
    elif isinstance(right, ast.Dict):
        entries = {key.value: value for key, value in zip(right.keys, right.values) if isinstance(key, ast.Constant)}
        value_of = lambda key: values.of(entries[key], scope) if key in entries else UNKNOWN
    elif not isinstance(right, (ast.Constant, ast.JoinedStr)):
        count = 1 if not any(isinstance(each, (Many, Table)) or each == HOLE for each in values.of(right, scope)) else None
    return filled(values, node.left, scope, lambda text, value: text_holes.pieces_of_printf(text, value, count), value_of)


def filled(values, template, scope, pieces_of, value_of):
    """Returns the template's texts with their fields filled. value_of(key) gives a field's value."""
    results = []
    for text in texts(values.of(template, scope)):
        if not is_plain(text):
            results.append(UNKNOWN if HOLE in text and len(text) == 1 else filled_around(text, pieces_of))
            continue

        def field(key):
            try:
                return frozenset(texts(value_of(key)))
            except (LookupError, TypeError):
                return UNKNOWN

        pieces = pieces_of(text, field)
        results.append(concatenated([piece if isinstance(piece, frozenset) else frozenset([piece]) for piece in pieces]))
    return union(results)


def filled_around(text, pieces_of):
    """A template that has holes itself: its fields are holes too."""
    parts = text_holes.MARKS.split(text)
    marks = text_holes.MARKS.findall(text)
    if set(marks) != {HOLE}:
        return UNKNOWN
    filled = ["".join(pieces_of(part, lambda key: HOLE)) for part in parts]
    return frozenset([tidy(HOLE.join(filled))])


def format(values, node, scope):
    keywords = {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg}

    def value_of(key):
        return values.of(node.args[key] if isinstance(key, int) else keywords[key], scope)

    return filled(values, node.func.value, scope, text_holes.pieces_of_format, value_of)


def substitute(values, node, scope):
    keywords = {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg}
    template = node.func.value
    if isinstance(template, ast.Call) and template.args:
        template = template.args[0]
    return filled(values, template, scope, text_holes.pieces_of_template, lambda key: values.of(keywords[key], scope))
