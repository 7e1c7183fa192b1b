"""Walks over syntax trees that cost little."""
import ast


class ChildFields(dict):
    """For each class of node, the fields that can hold further nodes. Operators, contexts and names have none.
    ast.iter_child_nodes looks at every field of every node again, and that takes longer than everything else here."""

    BARREN = {"ctx", "op", "ops", "id", "attr", "arg", "name", "kind", "lineno", "level", "conversion", "type_comment", "names", "asname"}

    def __missing__(self, kind):
        fields = self[kind] = tuple(field for field in kind._fields if field not in self.BARREN)
        return fields


CHILD_FIELDS = ChildFields()


def children(node):
    for field in CHILD_FIELDS[type(node)]:
        value = getattr(node, field, None)
        if isinstance(value, list):
            for item in value:
                if isinstance(item, ast.AST):
                    yield item
        elif isinstance(value, ast.AST):
            yield value


def walk(node):
    """Yields the node and all below it."""
    open_nodes = [node]
    while open_nodes:
        node = open_nodes.pop()
        yield node
        open_nodes.extend(children(node))


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


def last_part(node):
    """Returns c of the expression a.b.c, also if a.b is no name."""
    return getattr(node, "attr", None) or getattr(node, "id", "")


def canonical(chain, bound):
    """Returns a dotted name with its first part replaced by what an import binds it to. bound: by name, "a.b" or ".c"."""
    first, dot, rest = chain.partition(".")
    return bound.get(first, first) + dot + rest


def strings_in(node):
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) else []
    return [text for part in children(node) for text in strings_in(part)]
