"""Makes the function's first module import another one, the hook, before everything else, and compiles both.

Arguments: a folder, the name of the hook, then the words with which the hook's function `install` is called. On stdin,
NUL-separated: the first module's name in the runtime and the path of its source, then the same for the hook. Writes to the folder:
entry.py, entry.pyc (its unchecked-hash bytecode) and hook.pyc. Exits with status 1 if the first module's source does not parse, or
if it cannot be changed safely.

The lines of the first module keep their numbers, unless its first statement is compound. Its docstring and its `from __future__`
stay first, and it gets no new name. The hook's source is a module that can be imported and tested as it is. Only its bytecode ends
with the call `install(frozenset(…))`.
"""
import ast
import gc
import os
import sys
import warnings

from lbundle_scripts.bytecode import write_bytecode


def is_docstring(node):
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def is_future(node):
    return isinstance(node, ast.ImportFrom) and node.module == "__future__" and node.level == 0


def first_free(body):
    """Returns how many statements have to stay at the beginning."""
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
    """Returns the source with the same call added, on a line that already exists if possible."""
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
        # A byte order mark stays at the very beginning.
        mark = b"\xef\xbb\xbf" if row == 0 and lines[0].startswith(b"\xef\xbb\xbf") else b""
        rest = lines[row][len(mark):]
        lines[row] = mark + call + (b"; " if simple else b"\n") + rest
    return b"".join(lines)


def with_install(text, words):
    """Returns the tree of the hook's source with a call of its `install` added at the end."""
    tree = ast.parse(text)
    values = ast.Tuple([ast.Constant(word) for word in words], ast.Load())
    call = ast.Expr(ast.Call(ast.Name("install", ast.Load()),
                             [ast.Call(ast.Name("frozenset", ast.Load()), [values], [])], []))
    tree.body.append(call)
    line = text.count(b"\n") + 1
    for node in ast.walk(call):
        node.lineno, node.col_offset, node.end_lineno, node.end_col_offset = line, 0, line, 0
    return tree


def read(path):
    with open(path, "rb") as file:
        return file.read()


def main(arguments):
    warnings.simplefilter("ignore")
    gc.disable()
    folder, hook, words = arguments[0], arguments[1], arguments[2:]
    name, source, hook_name, hook_source = (os.fsdecode(field) for field in sys.stdin.buffer.read().split(b"\0")[:4])
    text, hook_text = read(source), read(hook_source)
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return 1
    patched = with_text(text, tree, hook)
    tree = with_call(tree, hook)
    # Offsets count bytes of UTF-8, so they are wrong for a source in another encoding.
    if ast.dump(ast.parse(patched)) != ast.dump(tree):
        return 1
    with open(os.path.join(folder, "entry.py"), "wb") as file:
        file.write(patched)
    code = compile(tree, name, "exec", dont_inherit=True, optimize=0)
    write_bytecode(os.path.join(folder, "entry.pyc"), text, code)
    # optimize=2 removes docstrings.
    hook_code = compile(with_install(hook_text, words), hook_name, "exec", dont_inherit=True, optimize=2)
    write_bytecode(os.path.join(folder, "hook.pyc"), hook_text, hook_code)
    return 0
