"""Finds the names that the function's own code passes to certain functions, also where it computes them.

No arguments. On stdin: a JSON object {"functions": {name: {"parameters": [...], "users": [...]}}, "sources": [path, ...]}. `name` is
the last part of a function's name ("client"), and its first argument, or the one with a name of "parameters", is the one that counts.
On stdout: a JSON list with one entry for each source: a list of [function, text], or null for a source that does not parse.

The text is "\\1" if only the run knows it. That counts only if the code imports one of "users", because other packages have functions
with the same name. A function of the code's own that passes its parameter on counts as the function that it passes it to: then the
texts of its callers count. A function that is not only called may get any text. No source is run.
"""
import ast
import collections
import json
import sys
import warnings

from lbundle_scripts.reach import WORD, Scan
from lbundle_scripts.scopes import FUNCTIONS
from lbundle_scripts.sinks import all_texts
from lbundle_scripts.syntax import last_part
from lbundle_scripts.text_holes import HOLE, is_plain



# A parameter of an own function: the names by which the function is called, the classes in whose methods super().__init__ calls it, the
# index of the parameter in such a call, None if it has none, and its name.
Parameter = collections.namedtuple("Parameter", "names classes index name")
CONSTRUCTOR = "__init__"


class OwnScan(Scan):
    """A scan that keeps each call with its scope."""

    def __init__(self, tree):
        self.found = collections.defaultdict(list)
        super().__init__(tree)
        self.classes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
        self.class_of = {id(method): node.name for node in self.classes for method in node.body if isinstance(method, FUNCTIONS)}
        self.constructed = {node.name for node in self.classes
                            if any(getattr(method, "name", "") == CONSTRUCTOR for method in node.body)}
        self.referred = self.names_that_are_not_called(tree)

    def call(self, node, how, function):
        super().call(node, how, function)
        self.found[last_part(node.func)].append((node, self.scope))

    def names_that_are_not_called(self, tree):
        """Returns the names that the code hands on as values. Annotations, bases of classes and a.b for `a` call nothing."""
        plain = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute):
                plain.add(id(node.value))
            if isinstance(node, ast.Call):
                plain.add(id(node.func))
                if last_part(node.func) in ("isinstance", "issubclass"):
                    plain.update(id(part) for each in node.args[1:] for part in ast.walk(each))
            for each in filter(None, getattr(node, "bases", []) + [getattr(node, "annotation", None), getattr(node, "returns", None)]):
                plain.update(id(part) for part in ast.walk(each))
        return {last_part(node) for node in ast.walk(tree)
                if isinstance(node, (ast.Name, ast.Attribute)) and isinstance(node.ctx, ast.Load) and id(node) not in plain}

    def imports_one_of(self, users):
        tops = {name.partition(".")[0] for name, *_ in self.imports}
        return not tops.isdisjoint(users)


def argument_of(node, index, names):
    """Returns the arguments of a call that may be the one with this index or one of these names: [None] if they are unpacked."""
    before = node.args if index is None else node.args[:index + 1]
    if any(isinstance(each, ast.Starred) for each in before):
        return [None]
    if index is not None and index < len(node.args):
        return [node.args[index]]
    named = [keyword.value for keyword in node.keywords if keyword.arg in names]
    return named or [None for keyword in node.keywords if keyword.arg is None]


def enclosing_class(scope):
    while scope is not None and not isinstance(scope.node, ast.ClassDef):
        scope = scope.parent
    return scope.node.name if scope is not None else None


class Search:
    def __init__(self, functions, scans):
        self.functions, self.scans = functions, scans
        self.texts = {scan: set() for scan in scans}
        self.below = collections.defaultdict(set)  # by class: those that name it as a base
        self.constructed = {name for scan in scans for name in scan.constructed}
        for scan in scans:
            for node in scan.classes:
                for base in node.bases:
                    self.below[last_part(base)].add(node.name)
        self.done = set()
        self.open = []

    def run(self):
        for name, function in self.functions.items():
            for scan, node, scope in self.calls_by(name):
                for part in argument_of(node, 0, function["parameters"]):
                    self.argument(part, name, scan, scope)
        while self.open:
            parameter, target, scan = self.open.pop()
            called = False
            for name in sorted(parameter.names):
                for where, node, scope in self.calls_by(name):
                    called = True
                    self.arguments(node, parameter, target, where, scope)
            for where, node, scope in self.calls_by(CONSTRUCTOR):
                if enclosing_class(scope) in parameter.classes:
                    self.arguments(node, parameter, target, where, scope)
            if not called or any(not each.referred.isdisjoint(parameter.names) for each in self.scans):
                self.texts[scan].add((target, HOLE))

    def calls_by(self, name):
        return [(scan, node, scope) for scan in self.scans for node, scope in scan.found.get(name, ())]

    def arguments(self, node, parameter, target, scan, scope):
        for part in argument_of(node, parameter.index, [parameter.name]):
            self.argument(part, target, scan, scope)

    def argument(self, part, target, scan, scope):
        if part is None:
            self.texts[scan].add((target, HOLE))
            return
        if isinstance(part, ast.Name) and self.pass_on(part.id, target, scan, scope):
            return
        self.add_texts(part, target, scan, scope)

    def add_texts(self, node, target, scan, scope):
        for text in all_texts(scan.sinks.values.of(node, scope)):
            if not is_plain(text):
                self.texts[scan].add((target, HOLE))
            elif WORD.match(text):
                self.texts[scan].add((target, text))

    def pass_on(self, name, target, scan, scope):
        """Follows a parameter to the callers. Returns False if the name is none, or if it is bound to something else too."""
        while scope is not None and scope.bindings(name) is None:
            scope = scope.parent
        if scope is None or not isinstance(scope.node, FUNCTIONS):
            return False
        bindings = scope.bindings(name)
        if len(bindings) != 1 or bindings[0][0] != "parameter":
            return False
        if bindings[0][1] is not None:
            self.add_texts(bindings[0][1], target, scan, scope.parent)
        parameter = self.parameter(name, scope.node, scan)
        if (parameter, target) not in self.done:
            self.done.add((parameter, target))
            self.open.append((parameter, target, scan))
        return True

    def parameter(self, name, function, scan):
        owner = scan.class_of.get(id(function))
        arguments = function.args
        plain = [each.arg for each in arguments.posonlyargs + arguments.args]
        if owner is not None and not any(last_part(each) == "staticmethod" for each in getattr(function, "decorator_list", ())):
            plain = plain[1:]  # self or cls
        index = plain.index(name) if name in plain else None
        if isinstance(function, ast.Lambda):
            return Parameter(frozenset(), frozenset(), index, name)
        if function.name != CONSTRUCTOR or owner is None:
            return Parameter(frozenset([function.name]), frozenset(), index, name)
        return Parameter(*self.called_as(owner), index, name)

    def called_as(self, owner):
        """Returns the classes whose call runs the owner's constructor, and those whose own constructor may call it by super()."""
        names, overriding, open_names = set(), set(), [owner]
        while open_names:
            name = open_names.pop()
            if name in self.constructed and name != owner:
                overriding.add(name)
            elif name not in names:
                names.add(name)
                open_names += self.below[name]
        return frozenset(names), frozenset(overriding)


def scan_of(path):
    with open(path, "rb") as file:
        content = file.read()
    try:
        return OwnScan(ast.parse(content))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def calls_in(functions, sources):
    scans = [scan_of(source) for source in sources]
    parsed = [scan for scan in scans if scan]
    search = Search(functions, parsed)
    search.run()
    known = {name for name, function in functions.items() if any(scan.imports_one_of(function["users"]) for scan in parsed)}
    return [sorted((name, text) for name, text in search.texts[scan] if text != HOLE or name in known) if scan else None
            for scan in scans]


def main(arguments):
    warnings.simplefilter("ignore")
    sys.setrecursionlimit(5000)
    question = json.load(sys.stdin)
    json.dump(calls_in(question["functions"], question["sources"]), sys.stdout)
