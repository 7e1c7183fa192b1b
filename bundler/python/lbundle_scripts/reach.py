"""Finds what each Python source can load: its imports, lazy tables, and constants that name modules and files.

No arguments. On stdin, NUL-separated: the paths of the sources. On stdout: one JSON object a line, in the same order; null for a
source that does not parse. No source is run. A pickle, plain or compressed, counts as a source that imports what it names
(pickles.py). Names that begin with dots are relative to the package of the module.

    imports    [name, [names taken from it], how, line, function]   how: m at module level, t in a try or under a
               condition, f inside a function, t or f for a call of importlib
    asked      dotted names that are reached as attributes of imported names: "scipy.stats"
    dotted     constants that could name a module, or an object in one
    files      constants that could name a file or a folder
    tables     groups of names in lists, sets and dictionaries
    lazy       true if there is a module-level __getattr__ or lazy_loader; stub: true if its table is the .pyi beside it
    dynamic    true if it imports a computed name; patterns: [name, deep] of such names, with "*" for each unknown part;
               deep: modules below them are imported too
    lists      packages whose modules are listed; resources: packages whose files are asked for
    all        the constants of __all__
    calls      [function, constant argument]: only plain words as constants; the last part of the function's name
    outside    [line, first part of the name] of each import outside the standard library that is executed for certain,
               so that the module ends there if it is missing
"""
import ast
import gc
import json
import platform
import re
import sys
import warnings

from lbundle_scripts.pickles import DOTTED, NAME, named_in_pickles

WORD = re.compile(r"[\w.+-]{1,60}\Z")
# What could be a module's name with holes and a known beginning: "a.*", "a.b_*.c".
COMPOSED = re.compile(r"[A-Za-z_]\w*\.[\w.*-]*\Z")
FILE = re.compile(r"[\w@%+=,./ -]{1,200}\Z")
IMPORTER = re.compile(r"(?i)import|^load_(module|object|class)|^locate$|^lazy_call$")
LISTER = {"iter_modules", "walk_packages"}
RESOURCE = {"files", "open_text", "open_binary", "read_text", "read_binary", "path", "contents", "is_resource",
            "get_data", "resource_filename", "resource_string", "resource_stream", "resource_listdir", "PackageLoader"}
TABLES = {ast.List, ast.Tuple, ast.Set, ast.Dict}
OWN_NAMES = {"__name__", "__package__", "__spec__.parent", "__spec__.name"}
# Values that conditions may depend on. The runtime is Linux and this interpreter.
KNOWN = {
    "TYPE_CHECKING": False, "typing.TYPE_CHECKING": False, "t.TYPE_CHECKING": False, "MYPY": False, "PY2": False,
    "PY3": True, "six.PY2": False, "six.PY3": True, "__name__": "a module", "__debug__": True,
    "sys.platform": "linux", "os.name": "posix", "sys.version_info": tuple(sys.version_info[:3]),
    "sys.implementation.name": sys.implementation.name, "ssl.HAS_SNI": True,
}
KNOWN_CALLS = {"platform.system": "Linux", "platform.python_implementation": platform.python_implementation()}
# Python 3.9 has no such list. setuptools provides a distutils in place of the one that Python removed. The program itself is always
# there.
STANDARD = getattr(sys, "stdlib_module_names", frozenset()) | {"distutils", "__main__"}
COMPARE = {
    ast.Eq: lambda a, b: a == b, ast.NotEq: lambda a, b: a != b, ast.Lt: lambda a, b: a < b,
    ast.LtE: lambda a, b: a <= b, ast.Gt: lambda a, b: a > b, ast.GtE: lambda a, b: a >= b,
    ast.In: lambda a, b: a in b, ast.NotIn: lambda a, b: a not in b, ast.Is: lambda a, b: a is b,
}


class ChildFields(dict):
    """For each class of node, the fields that can hold further nodes. Operators, contexts and names have none.
    ast.iter_child_nodes looks at every field of every node again, and that takes longer than everything else here."""

    BARREN = {"ctx", "op", "ops", "id", "attr", "arg", "name", "kind", "lineno", "level", "conversion", "type_comment", "names", "asname"}

    def __missing__(self, kind):
        fields = self[kind] = tuple(field for field in kind._fields if field not in self.BARREN)
        return fields


CHILD_FIELDS = ChildFields()
# Globals, because the hottest loop looks them up.
NODE, NAME_NODE, CONSTANT = ast.AST, ast.Name, ast.Constant


def children(node):
    for field in CHILD_FIELDS[type(node)]:
        value = getattr(node, field, None)
        if isinstance(value, list):
            for item in value:
                if isinstance(item, ast.AST):
                    yield item
        elif isinstance(value, ast.AST):
            yield value


class Unknown(Exception):
    pass


def dotted(node):
    """Returns the text "a.b.c" for such an expression, and "" for any other one."""
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    parts.append(node.id)
    return ".".join(reversed(parts))


def value_of(node):
    """Returns the value that a part of a condition has in the runtime. Raises Unknown if it is not known."""
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
        return tuple(value_of(item) for item in node.elts)
    if isinstance(node, (ast.Name, ast.Attribute)) and dotted(node) in KNOWN:
        return KNOWN[dotted(node)]
    if isinstance(node, ast.Call):
        name = dotted(node.func)
        if name in KNOWN_CALLS and not node.args:
            return KNOWN_CALLS[name]
        if name == "getattr" and len(node.args) > 1:
            attribute = dotted(node.args[0]) + "." + str(value_of(node.args[1]))
            if attribute in KNOWN:
                return KNOWN[attribute]
        if name == "sys.platform.startswith" and len(node.args) == 1:
            return "linux".startswith(value_of(node.args[0]))
    if isinstance(node, ast.Subscript) and dotted(node.value) == "sys.version_info":
        if isinstance(node.slice, ast.Slice):
            bounds = [None if bound is None else value_of(bound) for bound in (node.slice.lower, node.slice.upper)]
            return KNOWN["sys.version_info"][slice(*bounds)]
        return KNOWN["sys.version_info"][value_of(node.slice)]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return not value_of(node.operand)
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in COMPARE:
        return COMPARE[type(node.ops[0])](value_of(node.left), value_of(node.comparators[0]))
    if isinstance(node, ast.BoolOp):
        deciding = isinstance(node.op, ast.Or)
        known = [truth(part) for part in node.values]
        if deciding in known:
            return deciding
        if None not in known:
            return not deciding
    raise Unknown


def names_logger(call):
    """True for getLogger("…"). A logger has a name like a module's, and often that of another module."""
    name = getattr(call.func, "attr", None) or getattr(call.func, "id", None)
    return name == "getLogger" and len(call.args) == 1 and isinstance(call.args[0], ast.Constant)


def truth(node):
    try:
        return bool(value_of(node))
    except (Unknown, TypeError, IndexError, ValueError):
        return None


def strings_in(node):
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) else []
    return [text for part in children(node) for text in strings_in(part)]


class Scan:
    def __init__(self, tree):
        self.imports, self.patterns, self.lists, self.resources = [], [], [], []
        self.chains, self.bound = set(), {}
        self.dotted, self.files, self.tables, self.all = set(), set(), [], []
        self.calls = set()
        self.lazy = self.stub = self.dynamic = self.unknown = False
        self.composed, self.inside = set(), set()
        self.statements(tree.body, "m", "", True)

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
        if top:
            targets = getattr(node, "targets", None) or [getattr(node, "target", None)]
            if any(isinstance(target, ast.Name) and target.id == "__all__" for target in targets):
                self.all += [text for text in strings_in(node) if NAME.match(text)]
        self.parts(node, how, function, False)

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
        known = truth(node.test)
        self.expression(node.test, how, function)
        if known is not False:
            self.statements(node.body, how if known else weaker, function, top)
        if known is not True:
            self.statements(node.orelse, how if known is False else weaker, function, top)

    def attempt(self, node, how, function, top):
        weaker = "t" if how == "m" and node.handlers else how
        for part in (node.body, [s for handler in node.handlers for s in handler.body], node.orelse):
            self.statements(part, weaker, function, top)
        self.statements(node.finalbody, how, function, top)

    def function_definition(self, node, how, function, top):
        for part in node.decorator_list + node.args.defaults + [d for d in node.args.kw_defaults if d]:
            self.expression(part, how, function)
        if top and node.name == "__getattr__":
            self.lazy = True
        self.statements(node.body, "f", node.name)

    def class_definition(self, node, how, function, top):
        for part in node.decorator_list + node.bases + [keyword.value for keyword in node.keywords]:
            self.expression(part, how, function)
        self.statements(node.body, how, function)

    def with_statement(self, node, how, function, top):
        for item in node.items:
            self.expression(item.context_expr, how, function)
        self.statements(node.body, "t" if how == "m" else how, function, top)

    def loop(self, node, how, function, top):
        weaker = "t" if how == "m" else how
        self.expression(node.test if isinstance(node, ast.While) else node.iter, how, function)
        self.statements(node.body, weaker, function, top)
        self.statements(node.orelse, weaker, function, top)

    def match(self, node, how, function, top):
        self.expression(node.subject, how, function)
        for case in node.cases:
            self.statements(case.body, "t" if how == "m" else how, function, top)

    STATEMENTS = {
        ast.Import: import_statement, ast.ImportFrom: import_from, ast.If: condition, ast.Try: attempt,
        getattr(ast, "TryStar", None): attempt, ast.FunctionDef: function_definition,
        ast.AsyncFunctionDef: function_definition, ast.ClassDef: class_definition, ast.With: with_statement,
        ast.AsyncWith: with_statement, ast.For: loop, ast.AsyncFor: loop, ast.While: loop, getattr(ast, "Match", None): match,
    }

    def expression(self, node, how, function, in_table=False):
        kind = type(node)
        if kind is ast.Name:
            return
        if kind is ast.Constant:
            if isinstance(node.value, str):
                self.constant(node.value)
            return
        if kind is ast.Attribute:
            chain = dotted(node)
            if chain:
                self.chains.add(chain)
                return
        elif kind is ast.Call:
            self.call(node, how, function)
            if names_logger(node):
                self.expression(node.func, how, function)
                return
        elif kind is ast.Lambda:
            how = "f"
        elif kind is ast.JoinedStr or kind is ast.BinOp and node not in self.inside:
            self.compose(node)
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
                        self.constant(part.value)
                elif kind is not NAME_NODE and isinstance(part, NODE):
                    self.expression(part, how, function, in_table)

    def constant(self, text):
        if DOTTED.match(text):
            self.dotted.add(text)
        if len(text) > 2 and FILE.match(text):
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

    def compose(self, node):
        """Records a computed text, because other code of the module may import what it names."""
        first = node
        while isinstance(first, ast.BinOp):
            first = first.left
            self.inside.add(first)
        if isinstance(first, ast.Constant) and not isinstance(first.value, str):
            return
        if isinstance(first, (ast.Constant, ast.JoinedStr, ast.Call)):
            name = self.pattern(node)
            if "*" in name and COMPOSED.match(name):
                self.composed.add(name)

    def call(self, node, how, function):
        name = dotted(node.func) or getattr(node.func, "attr", "")
        last = name.rpartition(".")[2]
        if last == "format":
            self.compose(node)
        first = node.args[0] if node.args else None
        for part in node.args[:2] + [keyword.value for keyword in node.keywords]:
            if isinstance(part, ast.Constant) and isinstance(part.value, str) and WORD.match(part.value):
                self.calls.add((last, part.value))
        if last in ("attach", "attach_stub") and first is not None and dotted(first) == "__name__":
            self.lazy = True
            self.stub = self.stub or last == "attach_stub"
        elif last in LISTER:
            self.lists.append(self.package_in(node))
        elif last in RESOURCE and first is not None:
            self.resource(first)
        elif IMPORTER.search(last) and first is not None:
            self.imported_by_call(node, first, how, function)

    def package_in(self, call):
        """Returns the package whose __path__ is listed: "." for the module's own package, "" if it is unknown."""
        for part in ast.walk(call):
            if isinstance(part, ast.Attribute) and part.attr == "__path__":
                return self.bound.get(dotted(part.value).partition(".")[0], "")
        return "."

    def resource(self, first):
        if isinstance(first, ast.Constant) and isinstance(first.value, str):
            self.resources.append(first.value)
        elif dotted(first) in OWN_NAMES:
            self.resources.append(".")
        elif dotted(first) in self.bound:
            self.resources.append(self.bound[dotted(first)])

    def imported_by_call(self, node, first, how, function):
        level, taken = self.level_and_taken(node)
        if isinstance(first, ast.Constant):
            if not isinstance(first.value, str):
                return
            name = "." * level + first.value
            if not (NAME.match(name) or DOTTED.match(name)):
                return
            if name.startswith("."):
                name = self.package_of(node) + name
            self.imports.append([name.partition(":")[0], [], "f" if how == "f" else "t", node.lineno, function])
            return
        if dotted(node.func).rpartition(".")[2] not in ("import_module", "__import__", "import_string"):
            return
        if function != "__getattr__":
            self.dynamic = True
            name = "." * level + self.pattern(first)
            package = self.package_of(node)
            if package and name.startswith("."):
                name = package + name
            if name.startswith("*"):
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
        if dotted(node.func).rpartition(".")[2] != "__import__":
            return 0, False
        words = {keyword.arg: keyword.value for keyword in node.keywords}
        level = node.args[4] if len(node.args) > 4 else words.get("level")
        level = level.value if isinstance(level, ast.Constant) and isinstance(level.value, int) else 0
        taken = node.args[3] if len(node.args) > 3 else words.get("fromlist")
        is_taken = isinstance(taken, (ast.List, ast.Tuple)) and taken.elts or any(
            isinstance(part, ast.Name) for part in ast.walk(taken or ast.Pass()))
        return max(level, 0), bool(is_taken)

    def pattern(self, node):
        """Returns a computed name, with "*" for each unknown part. It begins with "." if the code begins it with the name of its
        own package."""
        if isinstance(node, ast.Constant):
            return node.value if isinstance(node.value, str) else "*"
        if isinstance(node, ast.FormattedValue):
            return self.pattern(node.value)
        if dotted(node) in OWN_NAMES:
            return "."
        parts = ["*"]
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            parts = [self.pattern(node.left), self.pattern(node.right)]
        elif isinstance(node, ast.JoinedStr):
            parts = [self.pattern(value) for value in node.values]
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
            parts = self.cut(node.left, r"(%\w|%\(\w+\)s)")
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
            parts = self.cut(node.func.value, r"(\{\w*\})")
        name = ""
        for part in parts:
            # A "." for the own package's name absorbs the dot that follows it.
            name += part.lstrip(".") if name == "." else part
        return re.sub(r"\*+", "*", name)

    @staticmethod
    def cut(node, hole):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            return ["*"]
        return [piece if index % 2 == 0 else "*" for index, piece in enumerate(re.split(hole, node.value))]

    def computed(self):
        """Returns the patterns of names that are imported. If one imported name is completely unknown, adds the patterns of all
        computed texts in the module. The last part of such a text may be an object in a module, so the text without it counts
        too."""
        composed = sorted(self.composed) if self.unknown else []
        objects = [module for module, _, last in (name.rpartition(".") for name in composed)
                   if "*" in module and (last == "*" or last[:1].isupper())]
        return self.patterns + [[name, False] for name in composed + objects]

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

    def facts(self):
        return {
            "imports": self.imports, "asked": sorted(self.asked()), "dotted": sorted(self.dotted),
            "files": sorted(self.files), "tables": self.tables, "lazy": self.lazy, "stub": self.stub,
            "dynamic": self.dynamic, "patterns": self.computed(), "lists": self.lists, "resources": self.resources,
            "all": self.all, "calls": sorted(self.calls), "outside": self.outside(),
        }


def facts_of(path):
    with open(path, "rb") as file:
        content = file.read()
    try:
        return Scan(ast.parse(content)).facts()
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
