"""What a handler reads of its event, as a tree of keys. A skeleton of an event is filled in from it.

A node of the tree is a dictionary; each key is optional:

    keys    nodes by the names of keys
    items   the node of the items of a list
    json    the node of the value whose JSON this text is
    base64  the node of the text whose base64 this text is
    kind    "number", "text", "index" or "date", as the code uses the value
    value   a constant that the code compares the value with
    default the constant that `get` returns in its place
    needed  true if the code fails without it
"""
import ast
import os

from lbundle_scripts.syntax import dotted, last_part

ARITHMETIC = (ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow)
TEXT_METHODS = {"lower", "upper", "strip", "split", "startswith", "endswith", "encode", "replace", "title", "format"}
NUMBERS = {"int", "float", "Decimal", "range", "round", "abs", "chr"}
DATES = {"parser.parse", "dateutil.parser.parse", "dateparser.parse", "pendulum.parse", "arrow.get"}
DEPTH = 5  # of functions that hand the event on


def is_plain(value):
    return isinstance(value, (str, int, float, bool))


def child(node, *path):
    for key in path:
        node = node.setdefault(key, {})
    return node


def is_empty(node):
    return not any(key in node for key in ("keys", "items", "json", "base64", "kind", "value"))


class Reads:
    def __init__(self, functions, tables, modules=()):
        self.functions, self.tables, self.modules = functions, tables, modules
        self.depth = 0

    def of(self, function, first):
        """Reads the body of `function`, whose first parameter has the node `first`."""
        names = [argument.arg for argument in function.args.posonlyargs + function.args.args]
        if names and self.depth < DEPTH:
            self.depth += 1
            self.block(function.body, {names[0]: first})
            self.depth -= 1

    # `bound`: the nodes of local names.

    def block(self, body, bound):
        for statement in body:
            self.statement(statement, bound)

    def statement(self, node, bound):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
            found = self.value(node.value, bound)
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                if isinstance(target, ast.Name):
                    bound[target.id] = found
            return
        if isinstance(node, (ast.For, ast.AsyncFor)):
            self.iterate(node.target, node.iter, bound)
            self.block(node.body + node.orelse, bound)
            return
        for field in ast.iter_child_nodes(node):
            if isinstance(field, ast.stmt):
                self.statement(field, bound)
            elif isinstance(field, ast.expr):
                self.value(field, bound)
            else:
                self.statement(field, bound)  # an item of `with`, a handler of `try`, a case of `match`

    def iterate(self, target, iterated, bound):
        found = self.value(iterated, bound)
        if found is not None and isinstance(target, ast.Name):
            bound[target.id] = child(found, "items")

    def value(self, node, bound):
        """Returns the node of an expression that is a part of the event, else None. Notes what is read in it."""
        read = self.READERS.get(type(node))
        if read is not None:
            return read(self, node, bound)
        if isinstance(node, ast.Name):
            return bound.get(node.id)
        for part in ast.iter_child_nodes(node):
            if isinstance(part, (ast.expr, ast.keyword)):
                self.value(part.value if isinstance(part, ast.keyword) else part, bound)
        return None

    def comprehension(self, node, bound):
        inner = dict(bound)
        for generator in node.generators:
            self.iterate(generator.target, generator.iter, inner)
            for condition in generator.ifs:
                self.value(condition, inner)
        for part in (getattr(node, name, None) for name in ("elt", "key", "value")):
            if part is not None:
                self.value(part, inner)

    def lambda_function(self, node, bound):
        self.value(node.body, bound)

    def subscript(self, node, bound):
        owner = self.value(node.value, bound)
        index = self.value(node.slice, bound) if not isinstance(node.slice, ast.Slice) else None
        if index is not None:
            self.note_index(node.value, index)
        if owner is None:
            return None
        key = node.slice.value if isinstance(node.slice, ast.Constant) else None
        if isinstance(key, str):
            found = child(owner, "keys", key)
            found["needed"] = True
            return found
        if isinstance(key, int) or isinstance(node.slice, ast.UnaryOp):
            found = child(owner, "items")
            found["needed"] = True
            return found
        return None

    def note_index(self, owner, index):
        """`owner[index]`: a key of a dictionary of the module, or else a position."""
        keys = self.tables.get(owner.id) if isinstance(owner, ast.Name) else None
        if keys:
            index.setdefault("value", keys[0])
        else:
            index.setdefault("kind", "index")

    def call(self, node, bound):
        name = last_part(node.func)
        owner = self.value(node.func.value, bound) if isinstance(node.func, ast.Attribute) else None
        arguments = [self.value(argument, bound) for argument in node.args]
        for keyword in node.keywords:
            self.value(keyword.value, bound)
        first = arguments[0] if arguments else None
        key = node.args[0].value if node.args and isinstance(node.args[0], ast.Constant) else None
        if owner is not None and name == "get" and isinstance(key, str):
            found = child(owner, "keys", key)
            if len(node.args) > 1 and isinstance(node.args[1], ast.Constant) and is_plain(node.args[1].value):
                found.setdefault("default", node.args[1].value)
            return found
        if owner is not None and name in TEXT_METHODS:
            owner.setdefault("kind", "text")
        if owner is not None and name == "decode":
            return owner
        if name == "get" and first is not None and isinstance(node.func, ast.Attribute):
            self.note_index(node.func.value, first)
        if first is None:
            return None
        if name == "loads":
            return child(first, "json")
        if name == "b64decode":
            return child(first, "base64")
        if name in NUMBERS:
            first.setdefault("kind", "number")
        if name in ("fromisoformat", "strptime", "isoparse") or dotted(node.func) in DATES:
            first.setdefault("kind", "date")
        if name in ("sum", "max", "min", "sorted", "list", "enumerate", "set", "tuple"):
            items = child(first, "items")
            if name == "sum":
                items.setdefault("kind", "number")
            return first if name in ("sorted", "list", "set", "tuple") else None
        module = node.func.value if isinstance(node.func, ast.Attribute) else None
        called = isinstance(node.func, ast.Name) or isinstance(module, ast.Name) and module.id in self.modules
        if called and name in self.functions:
            self.of(self.functions[name], first)
        if name in ("unquote_plus", "unquote", "str", "dict"):
            return first
        return None

    def arithmetic(self, node, bound):
        for part, other in ((node.left, node.right), (node.right, node.left)):
            found = self.value(part, bound)
            if found is None:
                continue
            beside = other.value if isinstance(other, ast.Constant) else None
            if isinstance(node.op, ARITHMETIC):
                if not isinstance(beside, str):
                    found.setdefault("kind", "number")
            elif isinstance(node.op, ast.Add) and isinstance(beside, (str, int, float)):
                found.setdefault("kind", "text" if isinstance(beside, str) else "number")

    def compare(self, node, bound):
        sides = [node.left, *node.comparators]
        for operator, one, other in zip(node.ops, sides, sides[1:]):
            for part, beside in ((one, other), (other, one)):
                found = self.value(part, bound)
                if found is not None:
                    self.note_comparison(found, operator, beside)

    @staticmethod
    def note_comparison(found, operator, beside):
        if isinstance(beside, (ast.Tuple, ast.List, ast.Set)) and beside.elts and isinstance(operator, (ast.In, ast.NotIn)):
            beside = beside.elts[0]
        if not isinstance(beside, ast.Constant) or not is_plain(beside.value):
            return
        if isinstance(operator, (ast.Eq, ast.In)):
            found.setdefault("value", beside.value)
        elif isinstance(beside.value, (int, float)) and not isinstance(beside.value, bool):
            found.setdefault("kind", "number")

    def choice(self, node, bound):
        found = [self.value(part, bound) for part in node.values]
        return found[0]

    def conditional(self, node, bound):
        self.value(node.test, bound)
        found = [self.value(part, bound) for part in (node.body, node.orelse)]
        return found[0] or found[1]

    def awaited(self, node, bound):
        return self.value(node.value, bound)

    READERS = {
        ast.Subscript: subscript, ast.Call: call, ast.BinOp: arithmetic, ast.Compare: compare, ast.BoolOp: choice,
        ast.IfExp: conditional, ast.Await: awaited, ast.Lambda: lambda_function, ast.ListComp: comprehension,
        ast.SetComp: comprehension, ast.DictComp: comprehension, ast.GeneratorExp: comprehension,
    }


def tables_of(tree):
    """Returns the constant keys of each dictionary that the module binds to a name."""
    found = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict):
            keys = [key.value for key in node.value.keys if isinstance(key, ast.Constant) and is_plain(key.value)]
            found.update((target.id, keys) for target in node.targets if isinstance(target, ast.Name) and keys)
    return found


def functions_in(tree):
    return {node.name: node for node in tree.body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))}


def module_beside(path, root, name):
    """Returns the tree of the own module `name`, which is in the folder of the source `path` or in one above it, up to `root`."""
    folder = os.path.dirname(path)
    while True:
        for ending in (".py", "/__init__.py"):
            try:
                with open(os.path.join(folder, *name.split(".")) + ending, "rb") as file:
                    return ast.parse(file.read())
            except (OSError, SyntaxError, ValueError):
                continue
        if folder == root or len(folder) <= len(root):
            return None
        folder = os.path.dirname(folder)


def with_own_modules(tree, path, root):
    """Returns the functions of the module and of the own modules that it imports, and the names of those modules."""
    functions, modules = functions_in(tree), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            found = module_beside(path, root, node.module)
            inside = functions_in(found) if found else {}
            for alias in node.names:
                if alias.name in inside:
                    functions.setdefault(alias.asname or alias.name, inside[alias.name])
                modules.add(alias.asname or alias.name)
                nested = None if alias.name in inside else module_beside(path, root, node.module + "." + alias.name)
                inside = {**inside, **(functions_in(nested) if nested else {})}
        elif isinstance(node, ast.Import):
            inside = {}
            for alias in node.names:
                found = module_beside(path, root, alias.name)
                inside.update(functions_in(found) if found else {})
                modules.add(alias.asname or alias.name)
        else:
            continue
        for name, function in inside.items():
            functions.setdefault(name, function)
    return functions, modules


def reads_of(tree, path="", root=""):
    """Returns {function: node of its event} for the functions of the module with two parameters that read something.

    With the `path` of the source and the folder `root` of all, functions of own modules are followed too.
    """
    functions, modules = with_own_modules(tree, path, root) if path else (functions_in(tree), set())
    found = {}
    for name, function in functions_in(tree).items():
        if len(function.args.posonlyargs + function.args.args) != 2:
            continue
        event = {}
        Reads(functions, tables_of(tree), modules).of(function, event)
        if not is_empty(event):
            found[name] = event
    return found
