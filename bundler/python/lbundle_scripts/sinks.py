"""Collects the computed texts of a source that can name modules and files, and says what they can be.

The scan notes each expression of such a kind where it stands. When all imports and assignments are known, `finish` finds the values. An
expression inside a larger one of these kinds counts only as a part of it: of os.path.join(HERE, "a", name), HERE by itself is no
access. A folder that the code hands to something else counts as itself: whoever gets it can open and list all that it holds.
"""
import ast
import re

from lbundle_scripts import text_holes
from lbundle_scripts.call_values import makes_text
from lbundle_scripts.pickles import DOTTED
from lbundle_scripts.syntax import dotted, last_part, walk
from lbundle_scripts.text_holes import BOUND, END, HERE, HOLE, is_anchored, is_plain
from lbundle_scripts.value_sets import Many, Table
from lbundle_scripts.values import Values

# Source: the documentation of os, glob and pathlib.
LISTERS = {"listdir", "scandir", "walk", "fwalk", "glob", "iglob", "glob1", "iterdir", "rglob", "resource_listdir", "contents"}
LIBRARY_LOADERS = {"CDLL", "PyDLL", "LoadLibrary", "dlopen", "load_library", "find_library"}
MODULE_LOADERS = {"spec_from_file_location", "SourceFileLoader", "SourcelessFileLoader", "ExtensionFileLoader", "load_source",
                  "load_dynamic", "run_path", "execfile"}
# These look at a path as a text.
LOOKS = {"basename", "print", "isinstance", "len", "repr", "hash", "bool", "attach", "attach_stub", "startswith", "endswith", "commonpath",
         "commonprefix", "warn", "warn_explicit", "samefile", "is_relative_to", "fnmatch",
         "debug", "info", "warning", "error", "exception"}
# Functions that take the name of a module or package as a name only, or as the package of an import.
LOOKS_AT_NAME = re.compile(r"(?i)log|warn|deprecat|import|^attach|^(NewType|TypeVar|namedtuple|type|print|str|repr|isinstance|getattr|setattr|format|join|"
                           r"startswith|endswith|replace|split|rsplit|partition|rpartition|version|distribution|metadata|find_spec|get|setdefault|pop)$")
SEARCH_PATHS = {"sys.path.insert", "sys.path.append", "sys.path.extend", "site.addsitedir", "__path__.append", "__path__.insert",
                "__path__.extend"}
MOST_TEXTS = 5000
# What can be a part of a path or of a dotted name, beside holes and places.
TEXT = re.compile("[\1-\7\\w@%+=,./ ~:#-]{1,300}\\Z")
PATH = re.compile("[^\\n\0]{1,4000}\\Z")
# A text with holes that says something: an ending, or three characters of a name.
SAYS_ENOUGH = re.compile(r"\w{3}|\.[A-Za-z]\w*\Z")
IN_TEXT = re.compile(BOUND + "([^" + END + "]*)" + END)


class Sinks:
    def __init__(self, tree, bound, truth, has_places):
        self.values = Values(tree, bound, truth)
        self.has_places = has_places
        self.operations, self.names, self.plain, self.constants = [], [], [], []
        self.beginnings = []
        self.consumed = set()
        self.facts = {"paths": set(), "listed": set(), "search": [], "libraries": set(), "exports": {}, "only_joined": []}
        self.lists_any = self.names_own_package = False
        self.composed = set()

    # While the scan runs.

    def note(self, node, scope):
        """Notes an expression that may make a text: a call, an operator, an f-string, an attribute or a subscript."""
        self.operations.append((node, scope))

    def note_name(self, node, scope):
        if self.has_places and type(node.ctx) is ast.Load:
            self.names.append((node, scope))

    def note_beginning(self, node):
        """Notes a constant that ends with a dot."""
        self.constants.append(node)

    def note_assignment(self, targets, value):
        """The value of a plain name is judged where the name is used."""
        if all(isinstance(target, ast.Name) for target in targets):
            self.plain.append(value)

    # When it has ended.

    def finish(self):
        if self.has_places:  # else the uses of names are not noted
            self.consumed.update(id(node) for node in self.plain)
        for node, scope in self.operations:
            self.operation(node, scope)
        for node, scope in self.names:
            if id(node) not in self.consumed:
                self.emit(self.values.of(node, scope), True)
        self.beginnings = sorted({node.value for node in self.constants if id(node) not in self.consumed and DOTTED.match(node.value[:-1])})
        self.export()
        self.find_only_joined()

    def operation(self, node, scope):
        if isinstance(node, ast.Compare) or isinstance(node, ast.Call) and last_part(node.func) in LOOKS:
            for operand in [node.left] + node.comparators if isinstance(node, ast.Compare) else self.arguments(node):
                self.consume(operand)
            return
        if isinstance(node, ast.Call) and self.special_call(node, scope):
            return
        operands = self.operands(node)
        if operands is None:
            return
        value = self.values.of(node, scope)
        found = list(all_texts(value))
        if id(node) not in self.consumed:
            self.emit(value, False)
        if any(has_place(text) for text in found) or not any(
                has_place(text) for operand in operands for text in all_texts(self.values.of(operand, scope))):
            self.consumed.update(map(id, operands))

    def consume(self, node):
        """Nothing in this expression is an access."""
        self.consumed.update(id(part) for part in walk(node))

    def operands(self, node):
        """Returns the parts that a text is made of, or None if the expression makes none."""
        if isinstance(node, ast.JoinedStr):
            return [part.value if isinstance(part, ast.FormattedValue) else part for part in node.values]
        if isinstance(node, ast.BinOp):
            if isinstance(node.op, ast.Mod) and isinstance(node.right, ast.Tuple):
                return [node.left] + node.right.elts
            return [node.left, node.right] if isinstance(node.op, (ast.Add, ast.Mod, ast.Div)) else None
        if isinstance(node, ast.Attribute):
            return [node.value] if self.has_places and node.attr in ("parent", "parents", "__file__", "__path__", "origin", "name", "stem",
                                                                     "suffix") else None
        if isinstance(node, ast.Subscript):
            return [node.value] if self.has_places else None
        if isinstance(node, ast.Call):
            if not makes_text(node):
                return None
            owner = [node.func.value] if isinstance(node.func, ast.Attribute) else []
            return owner + self.arguments(node)
        return None

    def special_call(self, node, scope):
        """Notes listings, libraries, modules that are loaded by their path, and folders that are searched. True if the arguments
        need no further look."""
        last = last_part(node.func)
        name = self.values.canonical(dotted(node.func))
        own_name = any(dotted(argument) in ("__name__", "__package__") for argument in self.arguments(node))
        if own_name and not LOOKS_AT_NAME.search(last) and not makes_text(node):
            self.names_own_package = True  # whoever gets the name can open the package's files
        if name in SEARCH_PATHS:
            package = "." if name.startswith("__path__") else ""
            for argument in node.args:
                for text in all_texts(self.values.of(argument, scope)):
                    if has_place(text):
                        self.facts["search"].append([package, text])
                self.consume(argument)
            return True
        if last in LIBRARY_LOADERS and node.args:
            names = all_texts(self.values.of(node.args[0], scope))
            self.facts["libraries"].update(self.library_names(text, last) for text in names if TEXT.match(text))
        if last in MODULE_LOADERS:
            for argument in node.args:
                self.emit(self.values.of(argument, scope), False)
        if last in LISTERS:
            self.listing(node, last, scope)
        return False

    @staticmethod
    def arguments(node):
        return node.args + [keyword.value for keyword in node.keywords]

    @staticmethod
    def library_names(text, last):
        return "lib%s.so%s" % (text, HOLE) if last == "find_library" else text

    def listing(self, node, last, scope):
        on_path = isinstance(node.func, ast.Attribute) and last in ("iterdir", "rglob", "glob", "walk") and \
            self.values.canonical(dotted(node.func)) not in ("os.walk", "glob.glob", "glob.iglob")
        folder = node.func.value if on_path else node.args[0] if node.args else None
        if folder is None:
            return
        found = list(all_texts(self.values.of(folder, scope)))
        if last in ("resource_listdir", "contents"):
            found = list(all_texts(self.values.of(node, scope)))
        for text in found:
            if last in ("glob", "iglob") and not on_path and has_place(text):
                text = text_holes.as_glob(text)
                self.facts["listed"].add(text_holes.folder_of(text))
                self.facts["paths"].add(text)
            elif has_place(text):
                self.facts["listed"].add(text)
            else:
                self.lists_any = True

    def emit(self, value, only_places):
        for text in all_texts(value):
            if text[0:1] == BOUND and text.find(END) == len(text) - 1:
                continue  # what another module binds to a name is judged where the name is used
            if len(self.facts["paths"]) > MOST_TEXTS:
                self.facts["paths"].add(HERE)  # instead of all that would follow
                return
            if not (PATH if has_place(text) else TEXT).match(text):
                continue
            if has_place(text):
                self.facts["paths"].add(text)
            elif not only_places:
                self.composed.add(text)
                if HOLE in text and SAYS_ENOUGH.search(text):
                    self.facts["paths"].add(text)

    # What other modules get.

    def export(self):
        """Notes the names of the module that hold places, and short lists of names."""
        module = self.values.module
        for name, bindings in module.names.items():
            if not any(self.may_be_exported(kind, node) for kind, node in bindings):
                continue
            found = sorted(set(all_texts(self.values.named(name, module))))
            is_short = len(found) <= MOST_TEXTS and all(is_plain(text) and TEXT.match(text) for text in found)
            if any(has_place(text) for text in found) or found and is_short:
                self.facts["exports"][name] = found

    def may_be_exported(self, kind, node):
        if node is None or not self.has_places and kind != "value" and not isinstance(kind, tuple):
            return False
        if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
            return len(node.elts) <= 1000
        if isinstance(node, ast.Dict):
            return len(node.keys) <= 1000
        return isinstance(node, ast.Constant) and isinstance(node.value, str) or self.has_places and not isinstance(node, ast.Constant)

    def find_only_joined(self):
        """Finds the imported names that are used only as parts of longer texts."""
        joined = {name for text in self.facts["paths"] | self.composed for name in IN_TEXT.findall(text)}
        if not joined:
            return
        names = {name: text[1:-1] for name, target in self.values.bound.items()
                 for text in self.values.imported(target) if text[1:-1] in joined}
        for node in walk(self.values.module.node):
            if id(node) in self.consumed or type(getattr(node, "ctx", None)) is not ast.Load:
                continue
            if isinstance(node, ast.Name):
                joined.discard(names.get(node.id))
            elif isinstance(node, ast.Attribute):
                module, _, last = self.values.canonical(dotted(node)).rpartition(".")
                joined.discard(module + ":" + last)
        self.facts["only_joined"] = sorted(joined)


def has_place(text):
    return is_anchored(text) or text[:1] == BOUND


def all_texts(value):
    """Yields all texts in a value, also those in its containers."""
    seen = set()
    open_values = [value]
    while open_values:
        for each in open_values.pop():
            if isinstance(each, str):
                if each not in seen:
                    seen.add(each)
                    yield each
            elif isinstance(each, Many):
                open_values.append(each.any)
                open_values += each.items or []
            elif isinstance(each, Table):
                open_values += [each.keys, each.any]
