"""Finds what each Python source can load: its imports, lazy tables, and the texts that can name modules and files.

No arguments. On stdin, NUL-separated: the paths of the sources. On stdout: one JSON object a line, in the same order; null for a
source that does not parse. No source is run. A pickle, plain or compressed, counts as a source that imports what it names
(pickles.py). Names that begin with dots are relative to the package of the module. Texts with holes: text_holes.py.

    imports    [name, [names taken from it], how, line, function]   how: m at module level, t in a try or under a
               condition, f inside a function, t or f for a call of importlib
    asked      dotted names that are reached as attributes of imported names: "scipy.stats"
    dotted     constants that could name a module, or an object in one; "." if the name of the own package is handed to a function
    files      constants that could name a file or a folder
    tables     groups of names in lists, sets and dictionaries
    lazy       true if there is a module-level __getattr__ or lazy_loader; stub: true if its table is the .pyi beside it
    dynamic    true if it imports a computed name; unknown: true if one such name is completely unknown; patterns: [name, deep] of
               such names, texts with holes; deep: modules below them are imported too
    composed   computed texts that could name a module, for an import of an unknown name here or elsewhere
    beginnings  constants that could be the beginning of a module's name: "docutils.languages."
    lists      packages whose modules are listed by pkgutil
    paths      texts of computed paths; listed: of folders that are listed; lists_any: true if an unknown folder is listed
    search     [package, folder] for folders that are added to the places where modules are looked for; package: "" for all modules,
               "." for those of the module's own package
    libraries  texts of the names of libraries that are loaded
    exports    texts by name: what the module binds to names that another module may use as a path or a name
    standard   first parts of imported names that the standard library has
    only_joined  "module:name" of imported names that only parts of longer texts use
    all        the constants of __all__
    calls      [function, constant argument]: only plain words as constants; the last part of the function's name
    outside    [line, first part of the name] of each import outside the standard library that is executed for certain,
               so that the module ends there if it is missing
"""
import ast
import gc
import json
import re
import sys
import warnings

from lbundle_scripts.conditions import Conditions
from lbundle_scripts.pickles import DOTTED, NAME, named_in_pickles
from lbundle_scripts.sinks import Sinks, all_texts
from lbundle_scripts.syntax import CHILD_FIELDS, dotted, last_part, strings_in, walk
from lbundle_scripts.text_holes import HOLE, PACKAGE, is_plain

WORD = re.compile(r"[\w.+-]{1,60}\Z")
FILE = re.compile(r"[\w@%+=,./ -]{1,200}\Z")
IMPORTER = re.compile(r"(?i)import|^load_(module|object|class)|^locate$|^lazy_call$")
LISTER = {"iter_modules", "walk_packages"}
# Words in a source that tells where its files are.
PLACES = re.compile(rb"__file__|__path__|__spec__|resources|pkg_resources|get_data|getfile|getsourcefile|PackageLoader|sys\.modules")
TABLES = {ast.List, ast.Tuple, ast.Set, ast.Dict}
# Python 3.9 has no such list. setuptools provides a distutils in place of the one that Python removed. The program itself is always
# there.
STANDARD = getattr(sys, "stdlib_module_names", frozenset()) | {"distutils", "__main__"}
ASSIGNMENTS = {ast.Assign, ast.AnnAssign, ast.AugAssign}
COMPREHENSIONS = {ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp}
NOTED = {ast.Call, ast.BinOp, ast.Compare, ast.JoinedStr, ast.Attribute, ast.Subscript}
# Globals, because the hottest loop looks them up.
NODE, NAME_NODE, CONSTANT = ast.AST, ast.Name, ast.Constant


def names_logger(call):
    """True for getLogger("…"). A logger has a name like a module's, and often that of another module."""
    return last_part(call.func) == "getLogger" and len(call.args) == 1 and isinstance(call.args[0], ast.Constant)


# A computed text that could name a module: it has a known part, and only the characters of names.
MODULE = re.compile("(?=.*\\w{2})(?:[\1\5][^\6/]*|[\\w\1.-]|\5[^\6]*\6)+\\Z")


def relative(text):
    """Returns the text with a "." in place of the own package's name."""
    return "." + text[1:].lstrip(".") if text.startswith(PACKAGE) else text


class Scan:
    def __init__(self, tree, content=b""):
        self.imports, self.patterns, self.lists = [], [], []
        self.chains, self.bound = set(), {}
        self.dotted, self.files, self.tables, self.all = set(), set(), [], []
        self.calls = set()
        self.lazy = self.stub = self.dynamic = self.unknown = False
        self.imported_names = []  # (call, its name, how, function, scope)
        self.has_places = PLACES.search(content) is not None
        self.sinks = Sinks(tree, self.bound, self.truth, self.has_places)
        self.scope = self.sinks.values.module
        self.conditions = Conditions(self.bound, self.scope)
        self.statements(tree.body, "m", "", True)
        self.sinks.finish()
        for each in self.imported_names:
            self.imported_by_call(*each)

    def truth(self, node):
        return self.conditions.truth(node)

    def inside(self, node):
        """Makes the scope of a function or class the current one; returns the one before it."""
        before = self.scope
        self.scope = self.conditions.scope = self.sinks.values.scope_in(node, before)
        return before

    def leave(self, before):
        self.scope = self.conditions.scope = before

    # how: the strength of the imports in this place. function: the enclosing function. top: true directly in the module.

    def statements(self, body, how, function, top=False):
        for statement in body:
            if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
                continue  # a docstring
            self.statement(statement, how, function, top)

    def statement(self, node, how, function, top):
        special = self.STATEMENTS.get(type(node))
        if special is not None:
            special(self, node, how, function, top)
            return
        targets = getattr(node, "targets", None) or [getattr(node, "target", None)]
        if type(node) in ASSIGNMENTS:
            self.assignment(node, targets)
        if top:
            if any(isinstance(target, ast.Name) and target.id == "__all__" for target in targets):
                self.all += [text for text in strings_in(node) if NAME.match(text)]
        self.parts(node, how, function, False)

    def assignment(self, node, targets):
        if isinstance(node, ast.AugAssign):
            self.scope.bind(node.target, "added", node)
            return
        if node.value is None:
            return
        for target in targets:
            self.scope.bind(target, "value", node.value)
        if not isinstance(self.scope.node, ast.ClassDef):
            self.sinks.note_assignment(targets, node.value)

    def bound_elsewhere(self, node, how, function, top):
        self.scope.bind_elsewhere(node.names)

    def import_statement(self, node, how, function, top):
        for alias in node.names:
            self.imports.append([alias.name, [], how, node.lineno, function])
            if alias.asname:
                self.bound[alias.asname] = alias.name
            else:
                self.bound[alias.name.partition(".")[0]] = alias.name.partition(".")[0]

    def import_from(self, node, how, function, top):
        base = "." * node.level + (node.module or "")
        self.imports.append([base, [alias.name for alias in node.names], how, node.lineno, function])
        joint = "" if base.endswith(".") else "."
        for alias in node.names:
            self.bound[alias.asname or alias.name] = base + joint + alias.name

    def condition(self, node, how, function, top):
        weaker = "t" if how == "m" else how
        known = self.truth(node.test)
        self.expression(node.test, how, function)
        if known is not False:
            self.statements(node.body, how if known else weaker, function, top)
        if known is not True:
            self.statements(node.orelse, how if known is False else weaker, function, top)

    def attempt(self, node, how, function, top):
        weaker = "t" if how == "m" and node.handlers else how
        for handler in node.handlers:
            if handler.name:
                self.scope.add(handler.name, "unknown", None)
        for part in (node.body, [s for handler in node.handlers for s in handler.body], node.orelse):
            self.statements(part, weaker, function, top)
        self.statements(node.finalbody, how, function, top)

    def function_definition(self, node, how, function, top):
        for part in node.decorator_list + node.args.defaults + [d for d in node.args.kw_defaults if d]:
            self.expression(part, how, function)
        if top and node.name == "__getattr__":
            self.lazy = True
        self.scope.add(node.name, "unknown", None)
        before = self.inside(node)
        self.statements(node.body, "f", node.name)
        self.leave(before)

    def class_definition(self, node, how, function, top):
        for part in node.decorator_list + node.bases + [keyword.value for keyword in node.keywords]:
            self.expression(part, how, function)
        self.scope.add(node.name, "unknown", None)
        before = self.inside(node)
        self.statements(node.body, how, function)
        self.leave(before)

    def with_statement(self, node, how, function, top):
        for item in node.items:
            self.expression(item.context_expr, how, function)
            if item.optional_vars is not None:
                self.scope.bind(item.optional_vars, "value", item.context_expr)
        self.statements(node.body, "t" if how == "m" else how, function, top)

    def loop(self, node, how, function, top):
        weaker = "t" if how == "m" else how
        if not isinstance(node, ast.While):
            self.scope.bind(node.target, "element", node.iter)
        self.expression(node.test if isinstance(node, ast.While) else node.iter, how, function)
        self.statements(node.body, weaker, function, top)
        self.statements(node.orelse, weaker, function, top)

    def match(self, node, how, function, top):
        self.expression(node.subject, how, function)
        for case in node.cases:
            self.statements(case.body, "t" if how == "m" else how, function, top)

    STATEMENTS = {
        ast.Global: bound_elsewhere, ast.Nonlocal: bound_elsewhere,
        ast.Import: import_statement, ast.ImportFrom: import_from, ast.If: condition, ast.Try: attempt,
        getattr(ast, "TryStar", None): attempt, ast.FunctionDef: function_definition,
        ast.AsyncFunctionDef: function_definition, ast.ClassDef: class_definition, ast.With: with_statement,
        ast.AsyncWith: with_statement, ast.For: loop, ast.AsyncFor: loop, ast.While: loop, getattr(ast, "Match", None): match,
    }

    def expression(self, node, how, function, in_table=False):
        kind = type(node)
        if kind is ast.Name:
            self.sinks.note_name(node, self.scope)
            return
        if kind is ast.Constant:
            if isinstance(node.value, str):
                self.constant(node)
            return
        if kind in NOTED:
            self.sinks.note(node, self.scope)
        if kind is ast.Attribute:
            chain = dotted(node)
            if chain:
                self.chains.add(chain)
                if self.has_places:
                    self.parts(node, how, function, in_table)
                return
        elif kind is ast.Call:
            self.call(node, how, function)
            if names_logger(node):
                self.expression(node.func, how, function)
                return
        elif kind in COMPREHENSIONS:
            for generator in node.generators:
                self.scope.bind(generator.target, "element", generator.iter)
        elif kind is ast.NamedExpr:
            self.scope.bind(node.target, "value", node.value)
        elif kind is ast.Lambda:
            before = self.inside(node)
            self.parts(node, "f", function, in_table)
            self.leave(before)
            return
        elif kind in TABLES and not in_table:
            self.table(node)
            in_table = True
        self.parts(node, how, function, in_table)

    def parts(self, node, how, function, in_table):
        """Visits the direct children. Most of them are names and constants, which are handled here at once."""
        for field in CHILD_FIELDS[type(node)]:
            value = getattr(node, field, None)
            for part in value if type(value) is list else (value,):
                kind = type(part)
                if kind is CONSTANT:
                    if type(part.value) is str:
                        self.constant(part)
                elif kind is NAME_NODE:
                    if self.has_places:
                        self.sinks.note_name(part, self.scope)
                elif isinstance(part, NODE):
                    self.expression(part, how, function, in_table)

    def constant(self, node):
        text = node.value
        if text[-1:] == ".":
            self.sinks.note_beginning(node)
        if DOTTED.match(text):
            self.dotted.add(text)
        if len(text) > 1 and FILE.match(text):
            self.files.add(text)

    def table(self, node):
        if isinstance(node, ast.Dict):
            parts = [[key, value] for key, value in zip(node.keys, node.values) if key is not None]
        else:
            parts = [[item] for item in node.elts]
        for group in parts:
            names = [text for part in group for text in strings_in(part) if NAME.match(text) or DOTTED.match(text)]
            if names:
                self.tables.append(names)

    def call(self, node, how, function):
        name = dotted(node.func) or getattr(node.func, "attr", "")
        last = name.rpartition(".")[2]
        first = node.args[0] if node.args else None
        for part in node.args[:2] + [keyword.value for keyword in node.keywords]:
            if isinstance(part, ast.Constant) and isinstance(part.value, str) and WORD.match(part.value):
                self.calls.add((last, part.value))
        if last in ("attach", "attach_stub") and first is not None and dotted(first) == "__name__":
            self.lazy = True
            self.stub = self.stub or last == "attach_stub"
        elif last in LISTER:
            self.lists.append(self.package_in(node))
        elif IMPORTER.search(last) and first is not None:
            self.imported_names.append((node, first, how, function, self.scope))

    def package_in(self, call):
        """Returns the package whose __path__ is listed: "." for the module's own package, "" if it is unknown."""
        for part in walk(call):
            if isinstance(part, ast.Attribute) and part.attr == "__path__":
                return self.bound.get(dotted(part.value).partition(".")[0], "")
        return "."

    def imported_by_call(self, node, first, how, function, scope):
        level, taken = self.level_and_taken(node)
        package = self.package_of(node)
        loads = last_part(node.func) in ("import_module", "__import__", "import_string")
        if isinstance(first, ast.Constant) or not loads:
            values = [first.value] if isinstance(first, ast.Constant) and isinstance(first.value, str) else []
        else:
            values = sorted(all_texts(self.sinks.values.of(first, scope)))
        for value in values:
            name = "." * level + value
            if name.startswith(PACKAGE):
                name = "." + name[1:].lstrip(".")
            elif name.startswith("."):
                name = package + name
            if is_plain(name):
                if NAME.match(name) or DOTTED.match(name):
                    self.imports.append([name.partition(":")[0], [], "f" if how == "f" else "t", node.lineno, function])
                    self.dynamic = self.dynamic or not isinstance(first, ast.Constant)
            elif function != "__getattr__":
                self.dynamic = True
                if name == HOLE:
                    self.unknown = True
                else:
                    self.patterns.append([name, taken])

    @staticmethod
    def package_of(node):
        """Returns the package of import_module(name, package) if it is a constant, else ""."""
        words = {keyword.arg: keyword.value for keyword in node.keywords}
        package = node.args[1] if len(node.args) > 1 else words.get("package")
        return package.value if isinstance(package, ast.Constant) and isinstance(package.value, str) else ""

    @staticmethod
    def level_and_taken(node):
        """For __import__(name, globals, locals, fromlist, level): returns level, and whether fromlist takes names that may be
        modules."""
        if last_part(node.func) != "__import__":
            return 0, False
        words = {keyword.arg: keyword.value for keyword in node.keywords}
        level = node.args[4] if len(node.args) > 4 else words.get("level")
        level = level.value if isinstance(level, ast.Constant) and isinstance(level.value, int) else 0
        taken = node.args[3] if len(node.args) > 3 else words.get("fromlist")
        is_taken = isinstance(taken, (ast.List, ast.Tuple)) and taken.elts or any(
            isinstance(part, ast.Name) for part in walk(taken or ast.Pass()))
        return max(level, 0), bool(is_taken)

    def composed(self):
        """Returns the computed texts that could name a module. The last part of such a text may be an object in a module, so the text
        without it counts too."""
        composed = {relative(text) for text in self.sinks.composed if MODULE.match(relative(text))}
        objects = {module for module, _, last in (name.rpartition(".") for name in composed)
                   if HOLE in module and (last == HOLE or last[:1].isupper())}
        return sorted(composed | objects)

    def asked(self):
        """Returns attribute chains whose first name is bound by an import, with that name replaced by what it is bound to."""
        asked = set()
        for chain in self.chains:
            first, _, rest = chain.partition(".")
            if first in self.bound:
                asked.add(self.bound[first] + "." + rest)
        return asked

    def outside(self):
        if not hasattr(sys, "stdlib_module_names"):
            return []
        return [[line, name.partition(".")[0]] for name, _, how, line, _ in self.imports
                if how == "m" and not name.startswith(".") and name.partition(".")[0] not in STANDARD]

    def standard(self):
        """Returns the first parts of imported names that the standard library has. Before Python 3.10 nothing says what it has."""
        tops = {name.partition(".")[0] for name, *_ in self.imports if not name.startswith(".")}
        return sorted(tops & sys.stdlib_module_names if hasattr(sys, "stdlib_module_names") else tops)

    def facts(self):
        found = self.sinks.facts
        if self.sinks.names_own_package:
            self.dotted.add(".")
        return {
            "imports": self.imports, "asked": sorted(self.asked()), "dotted": sorted(self.dotted),
            "files": sorted(self.files), "tables": self.tables, "lazy": self.lazy, "stub": self.stub,
            "dynamic": self.dynamic, "unknown": self.unknown, "patterns": self.patterns, "composed": self.composed(),
            "beginnings": self.sinks.beginnings, "lists": self.lists, "paths": sorted(found["paths"]), "listed": sorted(found["listed"]), "lists_any": self.sinks.lists_any,
            "search": found["search"], "libraries": sorted(found["libraries"]), "exports": found["exports"],
            "only_joined": found["only_joined"], "standard": self.standard(), "all": self.all, "calls": sorted(self.calls), "outside": self.outside(),
        }


def facts_of(path):
    with open(path, "rb") as file:
        content = file.read()
    try:
        return Scan(ast.parse(content), content).facts()
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        named = named_in_pickles(content)
        facts = Scan(ast.parse("")).facts()
        facts["imports"] = [[module, names, "t", 1, ""] for module, names in named]
        return facts if named else None


def main(arguments):
    warnings.simplefilter("ignore")
    sys.setrecursionlimit(5000)
    # Syntax trees are large and have no cycles. Garbage collection would take three quarters of the time and find nothing.
    gc.disable()
    out = sys.stdout
    for path in sys.stdin.buffer.read().split(b"\0")[:-1]:
        facts = facts_of(path)
        out.write(json.dumps(facts, separators=(",", ":")))
        out.write("\n")
