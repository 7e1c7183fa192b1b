"""Lets the function's first module import another one before all else, and compiles both.

Arguments: a folder, the module to import. On stdin, NUL-separated: the first module's name in the runtime and where its
source lies, then the same of the module to import. Written into the folder: entry.py and entry.pyc (unchecked-hash
bytecode of it), hook.pyc. Ends with 1 where the first module's source does not parse.

The lines of the first module stay where they were, its docstring and its `from __future__` first, and no name is added to it.
"""
import ast
import gc
import marshal
import os
import sys
import warnings

import _imp
from importlib.util import MAGIC_NUMBER

warnings.simplefilter("ignore")
gc.disable()

UNCHECKED_HASH = (1).to_bytes(4, "little")


def is_docstring(node):
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def is_future(node):
    return isinstance(node, ast.ImportFrom) and node.module == "__future__" and node.level == 0


def first_free(body):
    """How many statements have to stay in front."""
    count = 1 if body and is_docstring(body[0]) else 0
    while count < len(body) and is_future(body[count]):
        count += 1
    return count


def with_call(tree, hook):
    count = first_free(tree.body)
    line = tree.body[count].lineno if count < len(tree.body) else 1
    call = ast.Expr(ast.Call(ast.Name("__import__", ast.Load()), [ast.Constant(hook)], []))
    tree.body.insert(count, call)
    for node in ast.walk(call):
        node.lineno, node.col_offset, node.end_lineno, node.end_col_offset = line, 0, line, 0
    return tree


def with_text(text, tree, hook):
    """The same in the source itself, on a line that is there already."""
    call = b"__import__(%s)" % ascii(hook).encode()
    count = first_free(tree.body)
    lines = text.splitlines(keepends=True)
    if count:
        last = tree.body[count - 1]
        row, column = last.end_lineno - 1, last.end_col_offset
        lines[row] = lines[row][:column] + b"; " + call + lines[row][column:]
    elif not tree.body:
        lines.append((b"" if not lines or lines[-1].endswith(b"\n") else b"\n") + call + b"\n")
    else:
        row = min([tree.body[0].lineno] + [part.lineno for part in getattr(tree.body[0], "decorator_list", [])]) - 1
        simple = not hasattr(tree.body[0], "body") and not isinstance(tree.body[0], getattr(ast, "Match", ()))
        # A mark of the encoding stays in front of the first line.
        mark = b"\xef\xbb\xbf" if row == 0 and lines[0].startswith(b"\xef\xbb\xbf") else b""
        rest = lines[row][len(mark):]
        lines[row] = mark + call + (b"; " if simple else b"\n") + rest
    return b"".join(lines)


def write_bytecode(target, source, code):
    source_hash = _imp.source_hash(int.from_bytes(MAGIC_NUMBER, "little"), source)
    with open(target, "wb") as file:
        file.write(MAGIC_NUMBER + UNCHECKED_HASH + source_hash + marshal.dumps(code))


def read(path):
    with open(path, "rb") as file:
        return file.read()


def main():
    folder, hook = sys.argv[1:]
    name, source, hook_name, hook_source = (os.fsdecode(field) for field in sys.stdin.buffer.read().split(b"\0")[:4])
    text, hook_text = read(source), read(hook_source)
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        sys.exit(1)
    patched = with_text(text, tree, hook)
    tree = with_call(tree, hook)
    # Offsets count UTF-8, which a source in another encoding is not.
    if ast.dump(ast.parse(patched)) != ast.dump(tree):
        sys.exit(1)
    with open(os.path.join(folder, "entry.py"), "wb") as file:
        file.write(patched)
    code = compile(tree, name, "exec", dont_inherit=True, optimize=0)
    write_bytecode(os.path.join(folder, "entry.pyc"), text, code)
    write_bytecode(os.path.join(folder, "hook.pyc"), hook_text,
                   compile(hook_text, hook_name, "exec", dont_inherit=True, optimize=2))  # without docstrings


main()
