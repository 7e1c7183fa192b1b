"""Finds the values that expressions of a module can have, as far as its text shows them.

A value is a frozenset of alternatives. Each is a text with holes (text_holes.py), a Many (list, tuple, set) or a Table (dict). What is
not known is a hole, so the set always covers what the run can have: names are looked up without regard to the order of statements, a
parameter may be anything, and an attribute of `self` may have been changed by another class.
"""
import ast
import itertools

from lbundle_scripts import text_holes
from lbundle_scripts.scopes import Scope, scope_of_name
from lbundle_scripts.syntax import canonical, dotted, last_part
from lbundle_scripts.text_holes import BOUND, END, FOLDER, HERE, HOLE, OWN, PACKAGE, is_anchored, is_plain, joined_path, tidy

UNKNOWN = frozenset([HOLE])
NOTHING = frozenset()
# More alternatives than these become a hole: sums of texts, and tables of names.
MOST_COMBINED, MOST_LISTED = 256, 4000
PATH_TYPES = {"Path", "PurePath", "PosixPath", "PurePosixPath", "UPath"}
SAME_PATH = {"abspath", "realpath", "normpath", "expanduser", "normcase", "fspath", "as_file", "str", "expandvars", "fsdecode", "fsencode",
             "unquote", "deepcopy", "copy", "intern"}
SAME_TEXT = {"resolve", "absolute", "expanduser", "as_posix", "encode", "decode", "__str__", "__fspath__",
             "copy", "readlink"}
SAME_ITEMS = {"list", "tuple", "set", "frozenset", "sorted", "reversed", "iter", "dict", "OrderedDict", "chain", "filter", "next", "min", "max",
              "MappingProxyType"}
CONSTANTS = {"os.sep": "/", "os.path.sep": "/", "os.curdir": ".", "os.path.curdir": ".", "os.pardir": "..", "os.path.pardir": "..",
             "os.extsep": ".", "os.path.extsep": "."}
OWN_PATHS = {"inspect.getfile", "inspect.getsourcefile", "inspect.getabsfile"}


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


class Values:
    """bound: what imports bind, as the scan fills it: name -> "a.b", ".c". truth(node): the value of a condition, or None."""

    def __init__(self, tree, bound, truth):
        self.bound, self.truth = bound, truth
        self.module = Scope(tree, None)
        self.scopes = {}
        self.known = {}
        self.open = set()

    def scope_in(self, node, parent):
        """Returns the scope of a function or class inside the scope `parent`."""
        if node not in self.scopes:
            self.scopes[node] = Scope(node, parent)
        return self.scopes[node]

    def canonical(self, chain):
        return canonical(chain, self.bound)

    def of(self, node, scope):
        key = (node, scope)
        if key in self.known:
            return self.known[key]
        if key in self.open or len(self.open) > 200:
            return UNKNOWN
        self.open.add(key)
        try:
            special = self.NODES.get(type(node))
            value = special(self, node, scope) if special else UNKNOWN
        finally:
            self.open.discard(key)
        self.known[key] = value
        return value

    def text(self, node, scope):
        return frozenset(texts(self.of(node, scope)))

    # Names.

    def name(self, node, scope):
        return self.named(node.id, scope)

    def named(self, name, scope):
        at = scope
        while at is not None:
            # The names of a class are seen in its body, not in its functions.
            found = at.bindings(name) if at is scope or not isinstance(at.node, ast.ClassDef) else None
            if found is not None:
                values = [self.binding(each, name, at) for each in found]
                if at.parent is None and name in self.bound:  # in a try: an import, or else an assignment
                    values.append(self.imported(self.bound[name]))
                return union(values)
            at = at.parent
        if name == "__file__":
            return frozenset([HERE + "/" + OWN])
        if name in ("__name__", "__package__"):
            return frozenset([PACKAGE])
        if name == "__path__":
            return frozenset([Many([frozenset([HERE])])])
        if name in self.bound:
            return self.imported(self.bound[name])
        return UNKNOWN

    @staticmethod
    def imported(target):
        if target in CONSTANTS:
            return frozenset([CONSTANTS[target]])
        module, _, name = target.rpartition(".")
        if not name or (not module and not target.startswith(".")):
            return UNKNOWN
        # "..consts.NAME" is NAME of "..consts"; ".NAME" is NAME of the package itself.
        if not module.strip("."):
            module = "." * (len(target) - len(target.lstrip(".")))
        return frozenset([BOUND + module + ":" + name + END])

    def binding(self, entry, name, scope):
        kind, node = entry
        if kind == "value":
            return self.of(node, scope)
        if kind == "element":
            return element(self.of(node, scope))
        if kind == "parameter":
            return UNKNOWN if node is None else UNKNOWN | self.of(node, scope.parent or scope)
        if kind == "added":
            before = [self.binding(each, name, scope) for each in scope.bindings(name) if each[0] != "added"]
            return concatenated([union(before) or UNKNOWN, self.of(node.value, scope)]) if isinstance(node.op, ast.Add) else UNKNOWN
        if isinstance(kind, tuple):
            value = self.of(node, scope)
            return self.item(element(value) if kind[0] == "element" else value, kind[1])
        return UNKNOWN

    @staticmethod
    def item(value, index):
        parts = []
        for each in value:
            if isinstance(each, Many) and each.items is not None and -len(each.items) <= index < len(each.items):
                parts.append(each.items[index])
            elif isinstance(each, Many):
                parts.append(each.any)
            elif isinstance(each, str) and is_anchored(each):
                parts.append(frozenset([text_holes.folder_of(each), HOLE]))  # a path that was split
            elif isinstance(each, str) and each.startswith(BOUND):
                parts.append(frozenset([each]))
            else:
                parts.append(UNKNOWN)
        return union(parts)

    # Nodes.

    def constant(self, node, scope):
        value = node.value
        if isinstance(value, bytes):
            value = value.decode("latin-1")
        if isinstance(value, str):
            return frozenset([value]) if is_plain(value) else UNKNOWN
        return frozenset([str(value)]) if isinstance(value, int) and not isinstance(value, bool) else UNKNOWN

    def joined(self, node, scope):
        return concatenated([self.of(part, scope) for part in node.values])

    def formatted(self, node, scope):
        if node.format_spec is not None or node.conversion not in (-1, 115):
            return UNKNOWN
        return self.text(node.value, scope)

    def sequence(self, node, scope):
        if any(isinstance(part, ast.Starred) for part in node.elts):
            return frozenset([Many(None, union([element(self.of(part.value, scope)) if isinstance(part, ast.Starred)
                                                else self.of(part, scope) for part in node.elts]))])
        return frozenset([Many([self.of(part, scope) for part in node.elts])])

    def dictionary(self, node, scope):
        entries, keys, values = {}, [], []
        for key, value in zip(node.keys, node.values):
            found = self.of(value, scope)
            if key is None:
                for each in found:
                    if isinstance(each, Table):
                        entries.update(each.entries)
                        keys.append(each.keys)
                        values.append(each.any)
                    else:
                        keys.append(UNKNOWN)
                        values.append(UNKNOWN)
                continue
            names = self.of(key, scope)
            keys.append(names)
            values.append(found)
            for name in texts(names):
                if is_plain(name):
                    entries[name] = entries.get(name, NOTHING) | found
        return frozenset([Table(entries, union(keys), union(values))])

    def comprehension(self, node, scope):
        if isinstance(node, ast.DictComp):
            return frozenset([Table({}, self.of(node.key, scope), self.of(node.value, scope))])
        return frozenset([Many(None, self.of(node.elt, scope))])

    def operation(self, node, scope):
        if isinstance(node.op, ast.Add):
            left, right = self.of(node.left, scope), self.of(node.right, scope)
            if any(isinstance(each, Many) for each in left | right):
                return frozenset([Many(None, union([element(left), element(right)]))])
            return concatenated([left, right])
        if isinstance(node.op, ast.Mod):
            return self.printf(node, scope)
        if isinstance(node.op, ast.Div):
            return combined([self.of(node.left, scope), self.of(node.right, scope)], joined_path)
        if isinstance(node.op, ast.BitOr):
            return self.of(node.left, scope) | self.of(node.right, scope)
        return UNKNOWN

    def printf(self, node, scope):
        right = node.right
        count, value_of = 1, lambda index: self.of(right, scope)
        if isinstance(right, ast.Tuple):
            if any(isinstance(part, ast.Starred) for part in right.elts):
                count = None
            else:
                count, value_of = len(right.elts), lambda index: self.of(right.elts[index], scope)
        elif isinstance(right, ast.Dict):
            entries = {key.value: value for key, value in zip(right.keys, right.values) if isinstance(key, ast.Constant)}
            value_of = lambda key: self.of(entries[key], scope) if key in entries else UNKNOWN
        elif not isinstance(right, (ast.Constant, ast.JoinedStr)):
            count = 1 if not any(isinstance(each, (Many, Table)) or each == HOLE for each in self.of(right, scope)) else None
        return self.filled(node.left, scope, lambda text, value: text_holes.pieces_of_printf(text, value, count), value_of)

    def filled(self, template, scope, pieces_of, value_of):
        """Returns the template's texts with their fields filled. value_of(key) gives a field's value."""
        results = []
        for text in texts(self.of(template, scope)):
            if not is_plain(text):
                results.append(UNKNOWN if HOLE in text and len(text) == 1 else self.filled_around(text, pieces_of))
                continue

            def field(key):
                try:
                    return frozenset(texts(value_of(key)))
                except (LookupError, TypeError):
                    return UNKNOWN

            pieces = pieces_of(text, field)
            results.append(concatenated([piece if isinstance(piece, frozenset) else frozenset([piece]) for piece in pieces]))
        return union(results)

    @staticmethod
    def filled_around(text, pieces_of):
        """A template that has holes itself: its fields are holes too."""
        parts = text_holes.MARKS.split(text)
        marks = text_holes.MARKS.findall(text)
        if set(marks) != {HOLE}:
            return UNKNOWN
        filled = ["".join(pieces_of(part, lambda key: HOLE)) for part in parts]
        return frozenset([tidy(HOLE.join(filled))])

    def attribute(self, node, scope):
        chain = dotted(node)
        if chain:
            name = self.canonical(chain)
            if name in CONSTANTS:
                return frozenset([CONSTANTS[name]])
            if name in ("__spec__.name", "__spec__.parent"):
                return frozenset([PACKAGE])
            if name == "__spec__.origin":
                return frozenset([HERE + "/" + OWN])
            if name == "__spec__.submodule_search_locations":
                return frozenset([Many([frozenset([HERE])])])
            first, _, rest = chain.partition(".")
            if first in ("self", "cls") and "." not in rest:
                return self.of_class(rest, scope) | UNKNOWN
            if first in self.bound and scope_of_name(first, scope) is None:
                return self.of_module(name)
        if node.attr in ("parent", "parents"):
            folders = frozenset(text_holes.folder_of(text) for text in texts(self.of(node.value, scope)))
            if node.attr == "parent":
                return folders
            return frozenset([Many([self.up(folders, steps) for steps in range(6)])])
        if node.attr in ("name", "stem", "suffix"):
            return frozenset(name if node.attr == "name" and is_plain(name) else HOLE
                             for name in (text_holes.name_in(text) for text in texts(self.of(node.value, scope))))
        if node.attr in ("__file__", "origin"):
            module = self.module_in(node.value, scope)
            return UNKNOWN if module is None else frozenset([module + "/" + OWN])
        if node.attr in ("__path__", "submodule_search_locations"):
            module = self.module_in(node.value, scope)
            return UNKNOWN if module is None else frozenset([Many([frozenset([module])])])
        if dotted(node.value) and dotted(node.value) in self.class_names():
            return self.of_class(node.attr, self.scope_in(self.class_names()[dotted(node.value)], self.module)) | UNKNOWN
        return UNKNOWN

    @staticmethod
    def up(folders, steps):
        for _ in range(steps):
            folders = frozenset(text_holes.folder_of(folder) for folder in folders)
        return folders

    def class_names(self):
        if not hasattr(self, "classes"):
            self.classes = {node.name: node for node in self.module.node.body if isinstance(node, ast.ClassDef)}
        return self.classes

    def of_module(self, name):
        """Returns the value of "module.attribute" for an imported module."""
        module, _, last = name.rpartition(".")
        if last == "__file__":
            return frozenset([FOLDER + module + END + "/" + OWN])
        if last == "__path__":
            return frozenset([Many([frozenset([FOLDER + module + END])])])
        if not module.strip("."):
            return UNKNOWN
        return frozenset([BOUND + module + ":" + last + END])

    def of_class(self, name, scope):
        while scope is not None and not isinstance(scope.node, ast.ClassDef):
            scope = scope.parent
        found = scope.bindings(name) if scope is not None else None
        return union([self.binding(each, name, scope) for each in found]) if found else NOTHING

    def module_in(self, node, scope):
        """Returns the place of sys.modules[name], import_module(name) or find_spec(name), as FOLDER…END or HERE; None for another
        expression."""
        if isinstance(node, ast.Subscript) and self.canonical(dotted(node.value)) == "sys.modules":
            name = node.slice
        elif isinstance(node, ast.Call) and dotted(node.func).rpartition(".")[2] in ("import_module", "__import__", "find_spec", "get_loader"):
            name = node.args[0] if node.args else None
        else:
            return None
        return self.place_of(name, scope)

    def place_of(self, node, scope):
        """Returns the folder of the package that an argument names, or None. The argument may be a text, __name__ or a module."""
        chain = dotted(node) if node is not None else ""
        if chain in ("__name__", "__package__", "__spec__.name", "__spec__.parent"):
            return HERE
        if chain and self.canonical(chain) != chain:
            return FOLDER + self.canonical(chain) + END
        if node is None:
            return None
        value = [text for text in texts(self.of(node, scope)) if text != HOLE]
        if PACKAGE in value:  # a variable that __package__ or __name__ was assigned to
            return HERE
        if len(value) == 1 and is_plain(value[0]):
            return FOLDER + value[0] + END
        return None

    def subscript(self, node, scope):
        value = self.of(node.value, scope)
        index = node.slice
        if isinstance(index, ast.Slice):
            return union([frozenset([Many(None, each.any)]) if isinstance(each, Many) else UNKNOWN for each in value])
        if isinstance(index, ast.UnaryOp) and isinstance(index.op, ast.USub) and isinstance(index.operand, ast.Constant):
            index = ast.Constant(-index.operand.value) if isinstance(index.operand.value, int) else index
        parts = []
        for each in value:
            if isinstance(each, Table):
                keys = texts(self.of(index, scope))
                if all(is_plain(key) for key in keys):
                    parts += [each.entries[key] for key in keys if key in each.entries]
                else:
                    parts.append(each.any)
            elif isinstance(index, ast.Constant) and isinstance(index.value, int):
                parts.append(self.item(frozenset([each]), index.value))
            else:
                parts.append(element(frozenset([each])))
        return union(parts) if parts else UNKNOWN

    def choice(self, node, scope):
        known = self.truth(node.test)
        return union([self.of(part, scope) for part, taken in ((node.body, known is not False), (node.orelse, known is not True)) if taken])

    def any_of(self, node, scope):
        return union([self.of(part, scope) for part in node.values])

    def inner(self, node, scope):
        return self.of(node.value, scope)

    def function(self, node, scope):
        return UNKNOWN

    # Calls.

    def makes_text(self, node):
        """True for a call whose value `call` may know."""
        last = last_part(node.func)
        return last == "join" or last in PATH_TYPES or last in self.FUNCTIONS or last in self.METHODS or last in SAME_TEXT or last in SAME_PATH

    def call(self, node, scope):
        chain = dotted(node.func)
        last = last_part(node.func)
        name = self.canonical(chain) if chain else ""
        arguments = node.args
        if any(isinstance(argument, ast.Starred) for argument in arguments):
            if last in ("join", "joinpath", "Path") and not isinstance(arguments[0], ast.Starred):
                return combined([self.of(arguments[0], scope), UNKNOWN], joined_path)
            return UNKNOWN
        if name.endswith("path.join") or name in ("os.path.join", "posixpath.join"):
            return self.joined_arguments(arguments, scope)
        if name in OWN_PATHS:
            return frozenset([HERE + "/" + OWN])
        if last in PATH_TYPES and (arguments or not isinstance(node.func, ast.Attribute)):
            return self.joined_arguments(arguments, scope) if arguments else frozenset(["."])
        function = self.FUNCTIONS.get(name.rpartition(".")[2] or last)
        if function is not None and (last in self.ONLY_RESOURCES and "resources" not in name and name.rpartition(".")[2] == last or
                                     function in self.ON_NAMES and not name.endswith("path.split")):
            function = None
        if function is not None and arguments:
            return function(self, arguments, scope)
        if isinstance(node.func, ast.Attribute):
            method = self.METHODS.get(last)
            if method is not None:
                return method(self, node, scope)
            if last in SAME_TEXT:
                return self.of(node.func.value, scope)
        if last in SAME_PATH and arguments:
            return self.of(arguments[0], scope)
        if last in SAME_ITEMS and arguments:
            return self.same_items(last, arguments, scope)
        if last in ("getenv",) and len(arguments) > 1 or last == "getattr" and len(arguments) > 2:
            return UNKNOWN | self.of(arguments[-1], scope)
        return UNKNOWN

    def same_items(self, last, arguments, scope):
        if last in ("next", "min", "max"):
            return union([element(self.of(argument, scope)) if position == 0 and len(arguments) == 1 or last == "next" and position == 0
                          else self.of(argument, scope) for position, argument in enumerate(arguments)])
        value = self.of(arguments[-1], scope)
        if last in ("dict", "OrderedDict", "MappingProxyType") or last in ("list", "tuple") and all(isinstance(each, Many) for each in value):
            return value
        return frozenset([Many(None, union([element(self.of(argument, scope)) for argument in arguments]))])

    def joined_arguments(self, arguments, scope):
        return combined([self.of(argument, scope) for argument in arguments], joined_parts)

    def folder(self, arguments, scope):
        return frozenset(text_holes.folder_of(text) for text in texts(self.of(arguments[0], scope)))

    def file_name(self, arguments, scope):
        return frozenset(text_holes.name_in(text) for text in texts(self.of(arguments[0], scope)))

    def split_path(self, arguments, scope):
        found = texts(self.of(arguments[0], scope))
        return frozenset([Many([frozenset(map(text_holes.folder_of, found)), frozenset(map(text_holes.name_in, found))])])

    def split_ending(self, arguments, scope):
        return frozenset([Many([frozenset(map(text_holes.without_ending, texts(self.of(arguments[0], scope)))), UNKNOWN])])

    def package_files(self, arguments, scope):
        place = self.place_of(arguments[0], scope)
        return UNKNOWN if place is None else frozenset([place])

    def package_file(self, arguments, scope):
        """A file of a package: the package's name, then parts of a path."""
        return combined([self.package_files(arguments, scope)] + [self.of(part, scope) for part in arguments[1:]], joined_parts)

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

    def format(self, node, scope):
        keywords = {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg}

        def value_of(key):
            return self.of(node.args[key] if isinstance(key, int) else keywords[key], scope)

        return self.filled(node.func.value, scope, text_holes.pieces_of_format, value_of)

    def substitute(self, node, scope):
        keywords = {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg}
        template = node.func.value
        if isinstance(template, ast.Call) and template.args:
            template = template.args[0]
        return self.filled(template, scope, text_holes.pieces_of_template, lambda key: self.of(keywords[key], scope))

    def join(self, node, scope):
        if not node.args:
            return UNKNOWN
        parts = []
        for each in self.of(node.args[0], scope):
            if not isinstance(each, Many) or each.items is None:
                parts.append(UNKNOWN)
                continue
            separated = []
            for item in each.items:
                separated += [self.of(node.func.value, scope), item]
            parts.append(concatenated(separated[1:]) if separated else frozenset([""]))
        return union(parts)

    def join_path(self, node, scope):
        return combined([self.of(node.func.value, scope)] + [self.of(part, scope) for part in node.args], joined_parts)

    def with_name(self, node, scope):
        if not node.args:
            return UNKNOWN
        return combined([self.of(node.func.value, scope), self.of(node.args[0], scope)],
                        lambda path, name: joined_path(text_holes.folder_of(path), name))

    def with_suffix(self, node, scope):
        if not node.args:
            return UNKNOWN
        return combined([self.of(node.func.value, scope), self.of(node.args[0], scope)],
                        lambda path, ending: text_holes.without_ending(path) + ending)

    def changed(self, node, scope):
        """A method that makes a text, or parts of one, of another."""
        arguments = [texts(self.of(argument, scope)) for argument in node.args]
        method = node.func.attr
        results = set()
        for text in texts(self.of(node.func.value, scope)):
            for words in itertools.product(*arguments) if len(arguments) < 3 and all(len(each) < 9 for each in arguments) else []:
                results.add(self.changed_text(text, method, words))
        if not results:
            return UNKNOWN
        return frozenset(each if isinstance(each, str) else Many([frozenset([part]) for part in each]) for each in results)

    @staticmethod
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

    def get(self, node, scope):
        parts = []
        for each in self.of(node.func.value, scope):
            if not isinstance(each, Table):
                parts.append(UNKNOWN)
                continue
            keys = texts(self.of(node.args[0], scope)) if node.args else [HOLE]
            if all(is_plain(key) for key in keys):
                parts += [each.entries.get(key, NOTHING) for key in keys]
            else:
                parts.append(each.any)
        return union(parts + [self.of(argument, scope) for argument in node.args[1:2]])

    def views(self, node, scope):
        parts = []
        for each in self.of(node.func.value, scope):
            if not isinstance(each, Table):
                return UNKNOWN
            if node.func.attr == "items":
                parts.append(frozenset([Many(None, frozenset([Many([each.keys, each.any])]))]))
            else:
                parts.append(frozenset([Many(None, each.keys if node.func.attr == "keys" else each.any)]))
        return union(parts)

    METHODS = {
        "format": format, "join": join, "joinpath": join_path, "__truediv__": join_path, "with_name": with_name, "with_suffix": with_suffix,
        "get": get, "pop": get, "setdefault": get, "keys": views, "values": views, "items": views, "substitute": substitute,
        "safe_substitute": substitute,
        **dict.fromkeys(("lower", "upper", "title", "capitalize", "casefold", "replace", "removeprefix", "removesuffix", "split", "rsplit",
                         "partition", "rpartition", "zfill", "strip", "rstrip", "lstrip"), changed),
    }

    NODES = {
        ast.Name: name, ast.Constant: constant, ast.JoinedStr: joined, ast.FormattedValue: formatted, ast.List: sequence,
        ast.Tuple: sequence, ast.Set: sequence, ast.Dict: dictionary, ast.ListComp: comprehension, ast.SetComp: comprehension,
        ast.GeneratorExp: comprehension, ast.DictComp: comprehension, ast.BinOp: operation, ast.Attribute: attribute,
        ast.Subscript: subscript, ast.IfExp: choice, ast.BoolOp: any_of, ast.NamedExpr: inner, ast.Await: inner, ast.Call: call,
    }


def joined_parts(*parts):
    path = parts[0]
    for part in parts[1:]:
        path = joined_path(path, part)
    return path
