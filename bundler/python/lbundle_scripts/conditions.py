"""Says which conditions of a source are certainly true or false in the runtime: those on platform, version and type checkers.

A condition that may have another value in the runtime than here has no known value: a name that other code can set, __name__ (the
same text may lie in several places), the last part of the version.
"""
import ast
import platform
import sys

from lbundle_scripts.scopes import scope_of_name
from lbundle_scripts.syntax import canonical, dotted

# By canonical name: what an import binds counts, not what the module calls it.
KNOWN = {
    "__debug__": True, "sys.platform": "linux", "os.name": "posix", "sys.version_info": tuple(sys.version_info),
    "sys.implementation.name": sys.implementation.name, "ssl.HAS_SNI": True,
}
# By the last part of the name, wherever it is imported from: packages hand these names on.
KNOWN_LAST = {"TYPE_CHECKING": False, "MYPY": False, "PY2": False, "PY3": True}
KNOWN_CALLS = {"platform.system": "Linux", "platform.python_implementation": platform.python_implementation()}
COMPARE = {
    ast.Eq: lambda a, b: a == b, ast.NotEq: lambda a, b: a != b, ast.Lt: lambda a, b: a < b,
    ast.LtE: lambda a, b: a <= b, ast.Gt: lambda a, b: a > b, ast.GtE: lambda a, b: a >= b,
    ast.In: lambda a, b: a in b, ast.NotIn: lambda a, b: a not in b,
}


class Unknown(Exception):
    pass


class Conditions:
    """bound: what imports bind, as the scan fills it. scope: the scope in which names are looked up; the scan sets it."""

    def __init__(self, bound, scope):
        self.bound, self.scope = bound, scope
        self.depth = 0

    def truth(self, node):
        """Returns whether the condition is true, or None if that is not known."""
        if isinstance(node, ast.BoolOp):
            deciding = isinstance(node.op, ast.Or)
            known = [self.truth(part) for part in node.values]
            if deciding in known:
                return deciding
            return None if None in known else not deciding
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            known = self.truth(node.operand)
            return None if known is None else not known
        try:
            return bool(self.value(node))
        except (Unknown, TypeError, IndexError, ValueError, AttributeError):
            return None

    def value(self, node):
        if isinstance(node, ast.Constant):
            return node.value
        if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
            items = [self.value(item) for item in node.elts]
            return {ast.Tuple: tuple, ast.List: list, ast.Set: set}[type(node)](items)
        if isinstance(node, (ast.Name, ast.Attribute)):
            return self.named(dotted(node))
        if isinstance(node, ast.Call):
            return self.called(node)
        if isinstance(node, ast.Subscript) and canonical(dotted(node.value), self.bound) == "sys.version_info":
            return self.of_version(node.slice)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not) or isinstance(node, ast.BoolOp):
            known = self.truth(node)
            if known is not None and isinstance(node, ast.UnaryOp):
                return known
        if isinstance(node, ast.Compare) and len(node.ops) == 1:
            return self.compared(node.left, node.ops[0], node.comparators[0])
        raise Unknown

    def named(self, chain):
        first, _, rest = chain.partition(".")
        name = canonical(chain, self.bound)
        if first in self.bound:
            if name in KNOWN:
                return KNOWN[name]
            if name.rpartition(".")[2] in KNOWN_LAST:
                return KNOWN_LAST[name.rpartition(".")[2]]
        elif chain == "__debug__":
            return True
        elif chain and not rest:
            return self.assigned(chain)
        raise Unknown

    def assigned(self, name):
        """A name that the source binds once. A plain constant may be set by other code, unless its name is one for type checkers."""
        scope = scope_of_name(name, self.scope)
        bindings = scope.bindings(name) if scope is not None else []
        if len(bindings) != 1 or bindings[0][0] != "value" or self.depth > 5:
            raise Unknown
        node = bindings[0][1]
        if isinstance(node, ast.Constant) and name not in KNOWN_LAST:
            raise Unknown
        self.depth += 1
        try:
            return self.value(node)
        finally:
            self.depth -= 1

    def called(self, node):
        name = canonical(dotted(node.func), self.bound)
        if name in KNOWN_CALLS and not node.args:
            return KNOWN_CALLS[name]
        if name == "getattr" and len(node.args) > 1:
            name = canonical(dotted(node.args[0]), self.bound) + "." + str(self.value(node.args[1]))
            if name in KNOWN:
                return KNOWN[name]
        if name == "sys.platform.startswith" and len(node.args) == 1:
            return "linux".startswith(self.value(node.args[0]))
        if name == "bool" and len(node.args) == 1:
            return bool(self.value(node.args[0]))
        raise Unknown

    def of_version(self, index):
        if isinstance(index, ast.Slice):
            bounds = [None if bound is None else self.value(bound) for bound in (index.lower, index.upper)]
            return KNOWN["sys.version_info"][slice(*bounds)]
        return KNOWN["sys.version_info"][self.value(index)]

    def compared(self, left, operator, right):
        names = {dotted(side) for side in (left, right)} & {"__name__"}
        if names:
            return self.own_name(left, operator, right)
        a, b = self.value(left), self.value(right)
        if isinstance(operator, (ast.Is, ast.IsNot)):
            if not all(each is None or isinstance(each, bool) for each in (a, b)):
                raise Unknown
            return (a is b) == isinstance(operator, ast.Is)
        if type(operator) not in COMPARE:
            raise Unknown
        if isinstance(a, tuple) and isinstance(b, tuple) and min(len(a), len(b)) > 2 and a[:2] == b[:2]:
            raise Unknown  # the runtime has the same version, with its own last part
        return COMPARE[type(operator)](a, b)

    @staticmethod
    def own_name(left, operator, right):
        other = right if dotted(left) == "__name__" else left
        if isinstance(other, ast.Constant) and other.value == "__main__" and isinstance(operator, (ast.Eq, ast.NotEq)):
            return isinstance(operator, ast.NotEq)  # an imported module
        raise Unknown
