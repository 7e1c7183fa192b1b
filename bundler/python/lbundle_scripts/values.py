"""Finds the values that expressions of a module can have, as far as its text shows them.

The values are those of value_sets.py. The set always covers what the run can have: names are looked up without regard to the order of
statements, a parameter may be anything, and an attribute of `self` may have been changed by another class.

Values has the scopes of one module and what names mean in them. node_values.py, call_values.py and template_values.py have a function
for each kind of expression, which takes the Values, the node and the scope in which the node stands.
"""
import ast

from lbundle_scripts import text_holes
from lbundle_scripts.node_values import CONSTANTS, NODES
from lbundle_scripts.scopes import Scope
from lbundle_scripts.syntax import canonical, dotted
from lbundle_scripts.text_holes import BOUND, END, FOLDER, HERE, HOLE, OWN, PACKAGE, is_anchored, is_plain
from lbundle_scripts.value_sets import NOTHING, UNKNOWN, Many, concatenated, element, texts, union


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
            special = NODES.get(type(node))
            value = special(self, node, scope) if special else UNKNOWN
        finally:
            self.open.discard(key)
        self.known[key] = value
        return value

    def text(self, node, scope):
        return frozenset(texts(self.of(node, scope)))

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
