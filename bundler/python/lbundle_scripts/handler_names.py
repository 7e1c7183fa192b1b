"""Prints what a handler's module defines, as JSON, without running it.

Arguments: the source file, and the function's name. The object: `defined`, true if the name is bound at the top of the module or may be
bound in a way that the source does not show (a star import, `globals()`, `exec`); `functions`, the names of its functions and classes, in
their order; `mistake`, null or the line, column and text of a mistake in the syntax.
"""
import ast
import json
import sys

# Calls and names by which a module can get names that no statement binds.
OTHER_WAYS = {"globals", "setattr", "exec", "eval", "vars", "locals", "__getattr__", "__dict__", "modules"}


DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def names_at_top(node):
    """The names that the statements of a module bind, those in its blocks included, but not those in its functions."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, DEFINITIONS):
            yield child.name
        elif isinstance(child, (ast.Import, ast.ImportFrom)):
            yield from ((alias.asname or alias.name).split(".")[0] for alias in child.names)
        elif isinstance(child, ast.Name) and isinstance(child.ctx, ast.Store):
            yield child.id
        elif not isinstance(child, ast.Lambda):
            # The patterns of `match` have names too.
            if isinstance(getattr(child, "name", None), str):
                yield child.name
            yield from names_at_top(child)


def is_open(tree):
    """True if the module may bind names in a way that no statement shows."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names):
            return True
        name = getattr(node, "id", None) or getattr(node, "attr", None) or getattr(node, "name", None)
        if name in OTHER_WAYS:
            return True
    return False


def names_in(tree):
    names = set(names_at_top(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.Global):
            names.update(node.names)
    return names


def judgement(source, function):
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        return {"defined": False, "functions": [],
                "mistake": {"line": error.lineno or 0, "column": error.offset or 0, "text": error.msg}}
    functions = [node.name for node in tree.body if isinstance(node, DEFINITIONS)]
    return {"defined": function in names_in(tree) or is_open(tree), "functions": functions, "mistake": None}


def main(arguments):
    path, function = arguments
    with open(path, "rb") as file:
        try:
            print(json.dumps(judgement(file.read(), function)))
        except (ValueError, RecursionError, MemoryError) as error:
            # Null bytes, or an expression of thousands of levels: the import shows what is wrong with them.
            print("cannot judge: %s" % error, file=sys.stderr)
            return 1
    return 0
