"""The names that modules, classes and functions bind, each with the nodes that say to what."""
import ast

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


class Scope:
    """What the names of a module, a class or a function are bound to, as the scan comes to it: lists of (kind, node).

    kind: "value" of a node, an "element" of it, (kind, index) of a part of it, "parameter" with the default, "added" by +=, "unknown".
    """

    def __init__(self, node, parent):
        self.node, self.parent = node, parent
        self.names = {}
        self.elsewhere = set()  # names that are bound in a scope around this one
        if isinstance(node, FUNCTIONS):
            self.add_parameters(node.args)

    def bindings(self, name):
        return self.names.get(name)

    def add_parameters(self, arguments):
        plain = arguments.posonlyargs + arguments.args
        defaults = [None] * (len(plain) - len(arguments.defaults)) + arguments.defaults
        for argument, default in zip(plain + arguments.kwonlyargs, defaults + arguments.kw_defaults):
            self.add(argument.arg, "parameter", default)
        for argument in (arguments.vararg, arguments.kwarg):
            if argument:
                self.add(argument.arg, "unknown", None)

    def add(self, name, kind, node):
        at = self
        while name in at.elsewhere:
            at = at.parent
            at.names.setdefault(name, []).append((kind, node))
        self.names.setdefault(name, []).append((kind, node))

    def bind(self, target, kind, node):
        if isinstance(target, ast.Name):
            self.add(target.id, kind, node)
        elif isinstance(target, ast.Starred):
            self.bind(target.value, "unknown", node)
        elif isinstance(target, (ast.Tuple, ast.List)):
            in_order = kind in ("value", "element") and not any(isinstance(each, ast.Starred) for each in target.elts)
            for index, part in enumerate(target.elts):
                self.bind(part, (kind, index) if in_order else "unknown", node)

    def bind_elsewhere(self, names):
        """A `global` or `nonlocal` statement: the names belong to scopes further out, up to that of the module."""
        at = self
        while at.parent is not None:
            at.elsewhere.update(names)
            at = at.parent


def scope_of_name(name, scope):
    """Returns the scope that binds the name by other means than an import, or None."""
    at = scope
    while at is not None:
        if at.bindings(name) is not None:
            return at
        at = at.parent
    return None
