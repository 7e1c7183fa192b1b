"""The values of the kinds of expressions, except names and calls. See values.py for the parameters."""
import ast

from lbundle_scripts import text_holes
from lbundle_scripts.call_values import call
from lbundle_scripts.scopes import scope_of_name
from lbundle_scripts.syntax import dotted
from lbundle_scripts.template_values import printf
from lbundle_scripts.text_holes import HERE, HOLE, OWN, PACKAGE, is_plain, joined_path
from lbundle_scripts.value_sets import NOTHING, UNKNOWN, Many, Table, combined, concatenated, element, texts, union

CONSTANTS = {"os.sep": "/", "os.path.sep": "/", "os.curdir": ".", "os.path.curdir": ".", "os.pardir": "..", "os.path.pardir": "..",
             "os.extsep": ".", "os.path.extsep": "."}


def up(folders, steps):
    for _ in range(steps):
        folders = frozenset(text_holes.folder_of(folder) for folder in folders)
    return folders


def name(values, node, scope):
    return values.named(node.id, scope)


def constant(values, node, scope):
    value = node.value
    if isinstance(value, bytes):
        value = value.decode("latin-1")
    if isinstance(value, str):
        return frozenset([value]) if is_plain(value) else UNKNOWN
    return frozenset([str(value)]) if isinstance(value, int) and not isinstance(value, bool) else UNKNOWN


def joined(values, node, scope):
    return concatenated([values.of(part, scope) for part in node.values])


def formatted(values, node, scope):
    if node.format_spec is not None or node.conversion not in (-1, 115):
        return UNKNOWN
    return values.text(node.value, scope)


def sequence(values, node, scope):
    if any(isinstance(part, ast.Starred) for part in node.elts):
        return frozenset([Many(None, union([element(values.of(part.value, scope)) if isinstance(part, ast.Starred)
                                            else values.of(part, scope) for part in node.elts]))])
    return frozenset([Many([values.of(part, scope) for part in node.elts])])


def dictionary(values, node, scope):
    entries, keys, held = {}, [], []
    for key, value in zip(node.keys, node.values):
        found = values.of(value, scope)
        if key is None:
            for each in found:
                if isinstance(each, Table):
                    entries.update(each.entries)
                    keys.append(each.keys)
                    held.append(each.any)
                else:
                    keys.append(UNKNOWN)
                    held.append(UNKNOWN)
            continue
        names = values.of(key, scope)
        keys.append(names)
        held.append(found)
        for name in texts(names):
            if is_plain(name):
                entries[name] = entries.get(name, NOTHING) | found
    return frozenset([Table(entries, union(keys), union(held))])


def comprehension(values, node, scope):
    if isinstance(node, ast.DictComp):
        return frozenset([Table({}, values.of(node.key, scope), values.of(node.value, scope))])
    return frozenset([Many(None, values.of(node.elt, scope))])


def operation(values, node, scope):
    if isinstance(node.op, ast.Add):
        left, right = values.of(node.left, scope), values.of(node.right, scope)
        if any(isinstance(each, Many) for each in left | right):
            return frozenset([Many(None, union([element(left), element(right)]))])
        return concatenated([left, right])
    if isinstance(node.op, ast.Mod):
        return printf(values, node, scope)
    if isinstance(node.op, ast.Div):
        return combined([values.of(node.left, scope), values.of(node.right, scope)], joined_path)
    if isinstance(node.op, ast.BitOr):
        return values.of(node.left, scope) | values.of(node.right, scope)
    return UNKNOWN


def attribute(values, node, scope):
    chain = dotted(node)
    if chain:
        name = values.canonical(chain)
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
            return values.of_class(rest, scope) | UNKNOWN
        if first in values.bound and scope_of_name(first, scope) is None:
            return values.of_module(name)
    if node.attr in ("parent", "parents"):
        folders = frozenset(text_holes.folder_of(text) for text in texts(values.of(node.value, scope)))
        if node.attr == "parent":
            return folders
        return frozenset([Many([up(folders, steps) for steps in range(6)])])
    if node.attr in ("name", "stem", "suffix"):
        return frozenset(name if node.attr == "name" and is_plain(name) else HOLE
                         for name in (text_holes.name_in(text) for text in texts(values.of(node.value, scope))))
    if node.attr in ("__file__", "origin"):
        module = values.module_in(node.value, scope)
        return UNKNOWN if module is None else frozenset([module + "/" + OWN])
    if node.attr in ("__path__", "submodule_search_locations"):
        module = values.module_in(node.value, scope)
        return UNKNOWN if module is None else frozenset([Many([frozenset([module])])])
    if dotted(node.value) and dotted(node.value) in values.class_names():
        return values.of_class(node.attr, values.scope_in(values.class_names()[dotted(node.value)], values.module)) | UNKNOWN
    return UNKNOWN


def subscript(values, node, scope):
    value = values.of(node.value, scope)
    index = node.slice
    if isinstance(index, ast.Slice):
        return union([frozenset([Many(None, each.any)]) if isinstance(each, Many) else UNKNOWN for each in value])
    if isinstance(index, ast.UnaryOp) and isinstance(index.op, ast.USub) and isinstance(index.operand, ast.Constant):
        index = ast.Constant(-index.operand.value) if isinstance(index.operand.value, int) else index
    parts = []
    for each in value:
        if isinstance(each, Table):
            keys = texts(values.of(index, scope))
            if all(is_plain(key) for key in keys):
                parts += [each.entries[key] for key in keys if key in each.entries]
            else:
                parts.append(each.any)
        elif isinstance(index, ast.Constant) and isinstance(index.value, int):
            parts.append(values.item(frozenset([each]), index.value))
        else:
            parts.append(element(frozenset([each])))
    return union(parts) if parts else UNKNOWN


def choice(values, node, scope):
    known = values.truth(node.test)
    return union([values.of(part, scope) for part, taken in ((node.body, known is not False), (node.orelse, known is not True)) if taken])


def any_of(values, node, scope):
    return union([values.of(part, scope) for part in node.values])


def inner(values, node, scope):
    return values.of(node.value, scope)


NODES = {
    ast.Name: name, ast.Constant: constant, ast.JoinedStr: joined, ast.FormattedValue: formatted, ast.List: sequence,
    ast.Tuple: sequence, ast.Set: sequence, ast.Dict: dictionary, ast.ListComp: comprehension, ast.SetComp: comprehension,
    ast.GeneratorExp: comprehension, ast.DictComp: comprehension, ast.BinOp: operation, ast.Attribute: attribute,
    ast.Subscript: subscript, ast.IfExp: choice, ast.BoolOp: any_of, ast.NamedExpr: inner, ast.Await: inner, ast.Call: call,
}
