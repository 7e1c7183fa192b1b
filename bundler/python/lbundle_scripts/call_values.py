"""The values of calls: functions of paths and texts, and methods of texts, paths and tables. See values.py for the parameters."""
import ast
import itertools

from lbundle_scripts import text_holes
from lbundle_scripts.syntax import dotted, last_part
from lbundle_scripts.template_values import format, substitute
from lbundle_scripts.text_holes import HERE, HOLE, OWN, PACKAGE, is_anchored, is_plain, joined_path, tidy
from lbundle_scripts.value_sets import NOTHING, UNKNOWN, Many, Table, combined, concatenated, element, joined_parts, texts, union

PATH_TYPES = {"Path", "PurePath", "PosixPath", "PurePosixPath", "UPath"}
SAME_PATH = {"abspath", "realpath", "normpath", "expanduser", "normcase", "fspath", "as_file", "str", "expandvars", "fsdecode", "fsencode",
             "unquote", "deepcopy", "copy", "intern"}
SAME_TEXT = {"resolve", "absolute", "expanduser", "as_posix", "encode", "decode", "__str__", "__fspath__",
             "copy", "readlink"}
SAME_ITEMS = {"list", "tuple", "set", "frozenset", "sorted", "reversed", "iter", "dict", "OrderedDict", "chain", "filter", "next", "min", "max",
              "MappingProxyType"}
OWN_PATHS = {"inspect.getfile", "inspect.getsourcefile", "inspect.getabsfile"}


def makes_text(node):
    """True if `call` may know the value of this call."""
    last = last_part(node.func)
    return last == "join" or last in PATH_TYPES or last in FUNCTIONS or last in METHODS or last in SAME_TEXT or last in SAME_PATH


def call(values, node, scope):
    chain = dotted(node.func)
    last = last_part(node.func)
    name = values.canonical(chain) if chain else ""
    arguments = node.args
    if any(isinstance(argument, ast.Starred) for argument in arguments):
        if last in ("join", "joinpath", "Path") and not isinstance(arguments[0], ast.Starred):
            return combined([values.of(arguments[0], scope), UNKNOWN], joined_path)
        return UNKNOWN
    if name.endswith("path.join") or name in ("os.path.join", "posixpath.join"):
        return joined_arguments(values, arguments, scope)
    if name in OWN_PATHS:
        return frozenset([HERE + "/" + OWN])
    if last in PATH_TYPES and (arguments or not isinstance(node.func, ast.Attribute)):
        return joined_arguments(values, arguments, scope) if arguments else frozenset(["."])
    function = FUNCTIONS.get(name.rpartition(".")[2] or last)
    if function is not None and (last in ONLY_RESOURCES and "resources" not in name and name.rpartition(".")[2] == last or
                                 function in ON_NAMES and not name.endswith("path.split")):
        function = None
    if function is not None and arguments:
        return function(values, arguments, scope)
    if isinstance(node.func, ast.Attribute):
        method = METHODS.get(last)
        if method is not None:
            return method(values, node, scope)
        if last in SAME_TEXT:
            return values.of(node.func.value, scope)
    if last in SAME_PATH and arguments:
        return values.of(arguments[0], scope)
    if last in SAME_ITEMS and arguments:
        return same_items(values, last, arguments, scope)
    if last in ("getenv",) and len(arguments) > 1 or last == "getattr" and len(arguments) > 2:
        return UNKNOWN | values.of(arguments[-1], scope)
    return UNKNOWN


def same_items(values, last, arguments, scope):
    if last in ("next", "min", "max"):
        return union([element(values.of(argument, scope)) if position == 0 and len(arguments) == 1 or last == "next" and position == 0
                      else values.of(argument, scope) for position, argument in enumerate(arguments)])
    value = values.of(arguments[-1], scope)
    if last in ("dict", "OrderedDict", "MappingProxyType") or last in ("list", "tuple") and all(isinstance(each, Many) for each in value):
        return value
    return frozenset([Many(None, union([element(values.of(argument, scope)) for argument in arguments]))])


def joined_arguments(values, arguments, scope):
    return combined([values.of(argument, scope) for argument in arguments], joined_parts)


def folder(values, arguments, scope):
    return frozenset(text_holes.folder_of(text) for text in texts(values.of(arguments[0], scope)))


def file_name(values, arguments, scope):
    return frozenset(text_holes.name_in(text) for text in texts(values.of(arguments[0], scope)))


def split_path(values, arguments, scope):
    found = texts(values.of(arguments[0], scope))
    return frozenset([Many([frozenset(map(text_holes.folder_of, found)), frozenset(map(text_holes.name_in, found))])])


def split_ending(values, arguments, scope):
    return frozenset([Many([frozenset(map(text_holes.without_ending, texts(values.of(arguments[0], scope)))), UNKNOWN])])


def package_files(values, arguments, scope):
    place = values.place_of(arguments[0], scope)
    return UNKNOWN if place is None else frozenset([place])


def package_file(values, arguments, scope):
    """A file of a package: the package's name, then parts of a path."""
    return combined([package_files(values, arguments, scope)] + [values.of(part, scope) for part in arguments[1:]], joined_parts)


def join(values, node, scope):
    if not node.args:
        return UNKNOWN
    parts = []
    for each in values.of(node.args[0], scope):
        if not isinstance(each, Many) or each.items is None:
            parts.append(UNKNOWN)
            continue
        separated = []
        for item in each.items:
            separated += [values.of(node.func.value, scope), item]
        parts.append(concatenated(separated[1:]) if separated else frozenset([""]))
    return union(parts)


def join_path(values, node, scope):
    return combined([values.of(node.func.value, scope)] + [values.of(part, scope) for part in node.args], joined_parts)


def with_name(values, node, scope):
    if not node.args:
        return UNKNOWN
    return combined([values.of(node.func.value, scope), values.of(node.args[0], scope)],
                    lambda path, name: joined_path(text_holes.folder_of(path), name))


def with_suffix(values, node, scope):
    if not node.args:
        return UNKNOWN
    return combined([values.of(node.func.value, scope), values.of(node.args[0], scope)],
                    lambda path, ending: text_holes.without_ending(path) + ending)


def changed(values, node, scope):
    """A method that makes a text, or parts of one, of another."""
    arguments = [texts(values.of(argument, scope)) for argument in node.args]
    method = node.func.attr
    results = set()
    for text in texts(values.of(node.func.value, scope)):
        for words in itertools.product(*arguments) if len(arguments) < 3 and all(len(each) < 9 for each in arguments) else []:
            results.add(changed_text(text, method, words))
    if not results:
        return UNKNOWN
    return frozenset(each if isinstance(each, str) else Many([frozenset([part]) for part in each]) for each in results)


def changed_text(text, method, words):
    """Returns a text, or a tuple of parts."""
    known = all(map(is_plain, words))
    if is_plain(text) and known:
        try:
            result = getattr(text, method)(*words)
        except (TypeError, ValueError, AttributeError):
            return HOLE
        return tuple(result) if isinstance(result, (list, tuple)) else result
    if method in ("lower", "upper", "casefold"):
        return getattr(text, method)()
    if method == "replace" and len(words) == 2 and is_plain(words[0]) and (is_plain(text) or len(words[0]) == 1 and words[0] != "/"):
        return tidy(text.replace(words[0], words[1]))  # one character is not on both sides of a hole's end
    if method in ("strip", "rstrip", "lstrip") and (not words or words == ("/",)):
        return text
    if is_anchored(text) and method in ("split", "rsplit", "partition", "rpartition"):
        return (text_holes.folder_of(text), HOLE, HOLE) if method.endswith("partition") else (text_holes.folder_of(text), HOLE)
    if text == PACKAGE and method in ("rsplit", "rpartition"):
        return (PACKAGE, HOLE, HOLE)
    return HOLE


def get(values, node, scope):
    parts = []
    for each in values.of(node.func.value, scope):
        if not isinstance(each, Table):
            parts.append(UNKNOWN)
            continue
        keys = texts(values.of(node.args[0], scope)) if node.args else [HOLE]
        if all(is_plain(key) for key in keys):
            parts += [each.entries.get(key, NOTHING) for key in keys]
        else:
            parts.append(each.any)
    return union(parts + [values.of(argument, scope) for argument in node.args[1:2]])


def views(values, node, scope):
    parts = []
    for each in values.of(node.func.value, scope):
        if not isinstance(each, Table):
            return UNKNOWN
        if node.func.attr == "items":
            parts.append(frozenset([Many(None, frozenset([Many([each.keys, each.any])]))]))
        else:
            parts.append(frozenset([Many(None, each.keys if node.func.attr == "keys" else each.any)]))
    return union(parts)


FUNCTIONS = {
    "dirname": folder, "basename": file_name, "split": split_path, "splitext": split_ending, "files": package_files,
    "get_data": package_file, "resource_filename": package_file, "resource_string": package_file, "resource_stream": package_file,
    "resource_exists": package_file, "resource_isdir": package_file, "resource_listdir": package_file, "open_text": package_file,
    "open_binary": package_file, "contents": package_file, "is_resource": package_file, "PackageLoader": package_file,
    "PackageResource": package_file, "path": package_file, "read_text": package_file, "read_binary": package_file,
}

# Functions of importlib.resources whose names are those of other functions too.
ONLY_RESOURCES = {"path", "read_text", "read_binary"}

# Methods of these names mean something else: "a.b".split(".").
ON_NAMES = {split_path}

METHODS = {
    "format": format, "join": join, "joinpath": join_path, "__truediv__": join_path, "with_name": with_name, "with_suffix": with_suffix,
    "get": get, "pop": get, "setdefault": get, "keys": views, "values": views, "items": views, "substitute": substitute,
    "safe_substitute": substitute,
    **dict.fromkeys(("lower", "upper", "title", "capitalize", "casefold", "replace", "removeprefix", "removesuffix", "split", "rsplit",
                     "partition", "rpartition", "zfill", "strip", "rstrip", "lstrip"), changed),
}
