"""Texts with holes: what code can make of constants and of parts that only the run knows.

A text with holes is a str in which these characters have a meaning of their own:

    HOLE           any text, also an empty one, also with slashes and dots
    HERE           the folder of the module, as an absolute path without a slash at its end
    OWN            the file name of the module; it stands only behind "HERE/" or "FOLDER…END/"
    FOLDER…END     the folder of the package (or of the module's package) whose dotted name is between them
    PACKAGE        the dotted name of the module's package
    BOUND…END      what another module binds to a name; between them "module:name", the module's name may be relative
"""
import re
import string

HOLE, HERE, OWN, FOLDER, BOUND, END, PACKAGE = "\1", "\2", "\3", "\4", "\5", "\6", "\7"
MARKS = re.compile("[\1-\7]")
# A conversion of printf-style formatting. Source: Python's library reference, printf-style String Formatting.
CONVERSION = re.compile(r"%(?:\((?P<key>(?:[^()]|\([^()]*\))*)\))?(?P<flags>[#0\- +]*)(?P<width>\*|\d+)?(?:\.(?:\*|\d+)?)?[hlL]?(?P<type>[a-zA-Z%])")
TEMPLATE_NAME = re.compile(r"\$(?:(\$)|(\w+)|\{(\w+)\})")


def tidy(text):
    """Joins neighbouring holes."""
    return re.sub(HOLE + "+", HOLE, text)


def is_plain(text):
    """True for a text without holes and places."""
    return not MARKS.search(text)


def is_anchored(text):
    """True for a path that begins at a place which is known in the bundle."""
    return text[:1] in (HERE, FOLDER)


def pieces_of_printf(text, value_of, count):
    """Returns the pieces of `text % values`. value_of(key or index) gives the piece for one value; count: how many positional values
    there are, or None if that is not known."""
    pieces, end, index = [], 0, 0
    for found in CONVERSION.finditer(text):
        pieces.append(text[end:found.start()])
        end = found.end()
        if found["type"] == "%":
            pieces.append("%")
        elif found["key"] is not None:
            pieces.append(value_of(found["key"]) if is_bare(found) else HOLE)
        elif "*" in found[0] or count is None:
            count = None  # a width takes a value too, so the following ones are not counted
            pieces.append(HOLE)
        else:
            pieces.append(value_of(index) if is_bare(found) and index < count else HOLE)
            index += 1
    return pieces + [text[end:]]


def is_bare(conversion):
    """True for "%s": the text of a str stays as it is."""
    return conversion["type"] == "s" and not conversion["flags"] and not conversion["width"] and "." not in conversion[0]


def pieces_of_format(text, value_of):
    """Returns the pieces of text.format(…). value_of(key or index) gives the piece for one value."""
    try:
        fields = list(string.Formatter().parse(text))
    except ValueError:
        return [HOLE]
    pieces, index = [], 0
    for literal, field, spec, conversion in fields:
        pieces.append(literal)
        if field is None:
            continue
        if field == "":
            field, index = str(index), index + 1
        simple = not spec and conversion in (None, "s") and field.isidentifier()
        if not spec and conversion in (None, "s") and field.isdigit():
            pieces.append(value_of(int(field)))
        else:
            pieces.append(value_of(field) if simple else HOLE)
    return pieces


def pieces_of_template(text, value_of):
    """Returns the pieces of string.Template(text).substitute(…)."""
    pieces, end = [], 0
    for found in TEMPLATE_NAME.finditer(text):
        pieces.append(text[end:found.start()])
        pieces.append("$" if found[1] else value_of(found[2] or found[3]))
        end = found.end()
    return pieces + [text[end:]]


def joined_path(first, second):
    """Returns os.path.join(first, second)."""
    if second.startswith("/") or is_anchored(second):
        return second
    if not first or first.endswith("/"):
        return first + second
    return first + "/" + second


def folder_of(path):
    """Returns os.path.dirname(path)."""
    head, slash, tail = path.rpartition("/")
    if HOLE in tail:
        return (head or "") + slash + HOLE if not is_anchored(path) else path[:len(path) - len(tail)].rstrip("/") + HOLE
    if slash:
        return head or "/"
    if path[:1] in (HERE, FOLDER, BOUND):
        return path + "/.."
    return HOLE if HOLE in path else ""


def name_in(path):
    """Returns os.path.basename(path)."""
    tail = path.rpartition("/")[2]
    return HOLE if MARKS.search(tail) else tail


def without_ending(path):
    """Returns os.path.splitext(path)[0]."""
    head, slash, tail = path.rpartition("/")
    if MARKS.search(tail):
        return head + slash + HOLE
    return head + slash + (tail.rpartition(".")[0] or tail)


def as_glob(text):
    """Returns a text of glob's or fnmatch's language as a text with holes."""
    return tidy(re.sub(r"\*\*/?|\*|\?|\[[^]]*\]", HOLE, text))
