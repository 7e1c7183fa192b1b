"""Says what a function's own Python sources show about it: `lbundle init` fills in a project file from that.

Argument: the folder of all own sources. On stdin, NUL-separated: the paths of the sources. On stdout: one JSON object a line, in the same order. No source is
run.

    error      [line, message] if the source does not parse; then nothing else is there
    imports    [name, [names taken from it], line]; names that begin with dots are relative to the package of the module
    standard   first parts of imported names that the standard library has
    texts      [text, line] of constants that could name a file or a folder
    names      [text, line] of constants that could name a module
    functions  [name, line, [names of its parameters]] of each function at the module's level; of a name that a call is assigned to,
               the parameters are null
    clients    [service, line] of each client of AWS that the source makes
    routes     [method, path, line] of each route of a web application: @app.get("/items/{item}"), @app.route("/items/<item>")
    variables  [name, line, needed, default] of each environment variable that it reads; default: a text or null
    reads      what each function with an event as its first parameter reads of the event, by the function's name (event_reads.py)
"""
import ast
import json
import os
import re
import sys
import warnings

from lbundle_scripts.event_reads import reads_of
from lbundle_scripts.syntax import dotted

# Calls whose arguments are parts of paths.
PATH_CALLS = {"open", "Path", "PurePath", "join", "joinpath", "listdir", "scandir", "iterdir", "exists", "isfile", "isdir", "read_csv",
              "read_text", "FileSystemLoader", "from_file", "from_filename", "CDLL", "glob", "files"}
# A text that names a file without any such call has an ending or a folder.
FILE = re.compile(r"[\w@%+=, -]*(?:[./][\w@%+=, -]+)+/?\Z")
NAME = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*\Z")
SEGMENT = re.compile(r"[\w@%+=,./ -]{1,200}\Z")
# Methods of boto3, its sessions, and aiobotocore that take a service's name.
CLIENTS = {"client", "resource", "create_client"}
# Decorators that web frameworks use for routes.
ROUTES = {"get", "post", "put", "patch", "delete", "route", "api_route"}
STANDARD = getattr(sys, "stdlib_module_names", frozenset())


def constant(node):
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def parameters(node):
    return [argument.arg for argument in node.args.posonlyargs + node.args.args]


def routes_of(function):
    for call in function.decorator_list:
        path = constant(call.args[0]) if isinstance(call, ast.Call) and call.args else None
        method = getattr(call.func, "attr", "") if path else ""
        if method in ROUTES and path.startswith("/"):
            yield ["get" if "route" in method else method, path, call.lineno]


class Source(ast.NodeVisitor):
    def __init__(self, tree):
        self.imports, self.clients, self.functions = [], [], []
        self.texts, self.names, self.variables = {}, {}, {}
        self.skipped = set()  # constants that are keys, docstrings or parts of comparisons: they name no file
        self.in_paths = set()
        self.visit(tree)
        for node in ast.walk(tree):
            text = constant(node)
            if text is None or id(node) in self.skipped:
                continue
            if FILE.match(text) or id(node) in self.in_paths and SEGMENT.match(text):
                self.texts.setdefault(text, node.lineno)
            if NAME.match(text):
                self.names.setdefault(text, node.lineno)
        for node in tree.body:
            self.definition(node)
        self.routes = [route for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) for route in routes_of(node)]

    def definition(self, node):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            self.functions.append([node.name, node.lineno, parameters(node)])
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            self.functions += [[target.id, node.lineno, None] for target in node.targets if isinstance(target, ast.Name)]
        elif isinstance(node, (ast.If, ast.Try)):
            for inner in node.body:
                self.definition(inner)

    def visit_Import(self, node):
        self.imports += [[alias.name, [], node.lineno] for alias in node.names]

    def visit_ImportFrom(self, node):
        self.imports.append(["." * node.level + (node.module or ""), [alias.name for alias in node.names], node.lineno])

    def visit_Expr(self, node):
        if constant(node.value) is not None:
            self.skipped.add(id(node.value))
        self.generic_visit(node)

    def visit_Compare(self, node):
        self.skipped.update(id(part) for part in ast.walk(node) if constant(part) is not None)
        self.generic_visit(node)

    def visit_Dict(self, node):
        self.skipped.update(map(id, node.keys))
        self.generic_visit(node)

    def visit_Subscript(self, node):
        self.skipped.add(id(node.slice))
        if dotted(node.value) in ("os.environ", "environ") and isinstance(node.ctx, ast.Load):
            self.variable(node.slice, True, None)
        self.generic_visit(node)

    def visit_BinOp(self, node):
        if isinstance(node.op, ast.Div):
            self.in_paths.update((id(node.left), id(node.right)))
        self.generic_visit(node)

    def visit_Call(self, node):
        name = dotted(node.func) or getattr(node.func, "attr", "")
        last = name.rpartition(".")[2]
        first = node.args[0] if node.args else None
        if last in PATH_CALLS and not constant(getattr(node.func, "value", None)):  # not ", ".join(…)
            self.in_paths.update(id(part) for argument in node.args for part in ast.walk(argument))
        if last in ("get", "pop", "getenv", "setdefault") and first is not None:
            self.skipped.add(id(first))
        if name in ("os.getenv", "getenv", "os.environ.get", "environ.get") and first is not None:
            self.variable(first, False, constant(node.args[1]) if len(node.args) > 1 else None)
        if last in CLIENTS and constant(first) and re.fullmatch(r"[a-z][a-z0-9-]*", constant(first)):
            self.clients.append([constant(first), node.lineno])
            self.skipped.add(id(first))
        if name.rpartition(".")[2] == "import_module" and constant(first):
            self.imports.append([constant(first), [], node.lineno])
        self.generic_visit(node)

    def variable(self, node, needed, default):
        name = constant(node)
        if name is None:
            return
        self.skipped.add(id(node))
        before = self.variables.get(name)
        if before is None or needed and not before[2]:
            self.variables[name] = [name, node.lineno, needed, default]


def code_of(path, root):
    with open(path, "rb") as file:
        content = file.read()
    try:
        return shown_by(ast.parse(content), path, root)
    except SyntaxError as error:
        return {"error": [error.lineno or 1, error.msg]}
    except (ValueError, RecursionError, MemoryError) as error:
        return {"error": [1, str(error) or type(error).__name__]}


def shown_by(tree, path="", root=""):
    source = Source(tree)
    tops = {name.partition(".")[0] for name, *_ in source.imports if not name.startswith(".")}
    return {"imports": source.imports, "standard": sorted(tops & set(STANDARD)), "texts": sorted(map(list, source.texts.items())),
            "names": sorted(map(list, source.names.items())), "functions": source.functions, "clients": source.clients, "variables": list(source.variables.values()), "routes": source.routes,
            "reads": reads_of(tree, path, root)}


def main(arguments):
    warnings.simplefilter("ignore")
    for path in sys.stdin.buffer.read().split(b"\0")[:-1]:
        print(json.dumps(code_of(os.fsdecode(path), arguments[0])))
