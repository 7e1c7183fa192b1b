"""Serves in place of the handler: imports each module of the event's list by itself, and returns what happened.

The event: {"modules": [names], "own": [paths of the function's own files, below the root], "jobs": processes that import at the same
time, "alone": true if no process may import two modules of the list, "seconds": for one import, "all_seconds": for all of them,
"memory": bytes of one process}. The result: a list in the order of the names. Each item is 0 if the module was imported, 1 if it was
and a file of the function's own was read, null if it was not tried, or an object that says what went wrong (see description_of).

A module is imported in a child of a process that has imported its package. So a package is imported once, and no module finds what
another one has done, except what its package did. A child that hangs, ends, or takes too much memory ends alone. What modules print
is lost.
"""
import collections
import fcntl
import gc
import importlib
import json
import os
import re
import select
import signal
import sys
import time

ROOT = os.environ.get("LAMBDA_TASK_ROOT", "/var/task") + "/"
# How often a process that imports is looked at.
INTERVAL_SECONDS = 0.2
LONGEST_MESSAGE = 500
MOST_ASKED = 200
LIBRARY = re.compile(r"([^\s:/]+\.so[.\d]*): cannot open shared object file")
NAME_FROM = re.compile(r"cannot import name '([^']+)' from (?:partially initialized module )?'([^']+)'")
ATTRIBUTE = re.compile(r"module '([^']+)' has no attribute '([^']+)'")

# Modules of the standard library that most packages import. One process imports them for all others: a third of the time. None of
# them brings a submodule that code could use and not import, such as importlib.util.
COMMON = """argparse ast base64 bisect bz2 calendar contextlib contextvars copy csv ctypes datetime decimal dis fnmatch functools gzip
hashlib heapq hmac html json locale logging lzma numbers operator pickle platform queue random re secrets selectors shutil socket ssl
string struct subprocess tempfile textwrap threading tokenize traceback types typing uuid weakref""".split()


def import_common():
    """Imports them if the function or a layer has no module with the name of one of the standard library, which would come instead."""
    names = set()
    for folder in (ROOT, "/opt/python"):
        try:
            names.update(entry.partition(".")[0] for entry in os.listdir(folder))
        except OSError:
            pass
    standard = getattr(sys, "stdlib_module_names", None)  # since Python 3.10
    if standard and not names & standard:
        for name in COMMON:
            try:
                importlib.import_module(name)
            except ImportError:
                pass


class Watch:
    """What this process reads and asks for. A child begins with its parent's."""

    def __init__(self, own):
        self.own = {ROOT + path for path in own}
        self.read_own = False
        self.names = []  # of modules that were not found
        self.files = []  # below the root, that were opened and are not there

    def audit(self, event, arguments):
        if event == "open" or event == "ctypes.dlopen":
            name = arguments[0]
        elif event == "import":
            name = arguments[1]
        else:
            return
        try:
            if isinstance(name, bytes):
                name = os.fsdecode(name)
            if not isinstance(name, str):
                return
            if not name.startswith(ROOT) or "/." in name:
                name = os.path.normpath(os.path.join(os.getcwd(), name))
                if not name.startswith(ROOT):
                    return
            if name in self.own:
                self.read_own = True
            elif len(self.files) < MOST_ASKED and "/__pycache__/" not in name and not os.path.lexists(name):
                self.files.append(name[len(ROOT):])
        except Exception:
            pass

    # Called as the last of sys.meta_path, if nothing else found the module.
    def find_spec(self, name, path=None, target=None):
        if len(self.names) < MOST_ASKED:
            self.names.append(name)
        return None


def innermost_first(error):
    chain = []
    while error is not None and all(error is not one for one in chain):
        chain.append(error)
        error = error.__cause__ or error.__context__
    return chain[::-1]


def text_of(error):
    try:
        return str(error)
    except Exception:
        return ""


def lacking_of(error):
    """Returns what the exceptions of a chain name as missing, the innermost first: modules, files, distributions. A file is below
    the root, or a library without a folder."""
    names, files, distributions = [], [], []
    for one in innermost_first(error):
        text = text_of(one)
        if type(one).__name__ == "PackageNotFoundError":
            distributions.append(text_of(one.args[0]) if one.args else text)
            continue
        if isinstance(one, ImportError):
            match = NAME_FROM.search(text)
            names += ["%s.%s" % (match[2], match[1])] if match else []
            names += [one.name] if isinstance(one.name, str) else []
        elif isinstance(one, AttributeError):
            match = ATTRIBUTE.search(text)
            names += ["%s.%s" % (match[1], match[2])] if match else []
        elif isinstance(one, OSError) and isinstance(one.filename, (str, bytes)):
            path = os.path.normpath(os.path.join(os.getcwd(), os.fsdecode(one.filename)))
            files += [path[len(ROOT):]] if path.startswith(ROOT) else []
        match = LIBRARY.search(text)
        files += [match[1]] if match else []
    return names, files, distributions


def printable(text):
    return text.encode("utf-8", "backslashreplace").decode()


def description_of(error, watch):
    names, files, distributions = lacking_of(error)
    return {"type": type(error).__name__, "message": printable(text_of(error))[:LONGEST_MESSAGE],
            "names": [printable(name) for name in names], "files": [printable(path) for path in files],
            "distributions": [printable(name) for name in distributions],
            "asked_names": [printable(name) for name in watch.names],
            "asked_files": [printable(path) for path in watch.files], "own": watch.read_own}


def description_of_end(text):
    # The process could have read anything.
    return {"type": "", "message": text, "own": True}


def text_of_end(status):
    code = os.waitstatus_to_exitcode(status)
    return "its process ended by signal %d" % -code if code < 0 else "its process ended with status %d" % code


def memory_of(process):
    try:
        with open("/proc/%d/status" % process, "rb") as file:
            return sum(int(line.split()[1]) for line in file if line.startswith((b"RssAnon:", b"RssShmem:"))) * 1024
    except OSError:
        return 0


class Node:
    """A module, and the modules of the list below it. `index` is None if the module itself is not in the list."""

    def __init__(self, name):
        self.name = name
        self.index = None
        self.below = {}

    def all_indices(self):
        found = [] if self.index is None else [self.index]
        for node in self.below.values():
            found += node.all_indices()
        return found


def tree_of(names):
    top = Node("")
    for index, name in enumerate(names):
        node = top
        for part in name.split("."):
            node = node.below.setdefault(part, Node(node.name + "." + part if node.name else part))
        node.index = index
    return list(top.below.values())


def flat(names):
    nodes = []
    for index, name in enumerate(names):
        nodes.append(Node(name))
        nodes[-1].index = index
    return nodes


class Child:
    """A process that imports one module, and then those below it."""

    def __init__(self, process, steps, node, seconds):
        self.process = process
        self.ended = os.pidfd_open(process)
        self.steps = steps
        self.node = node
        self.deadline = time.monotonic() + seconds
        self.imported = False  # or failed with an exception: its outcome is written
        self.killed_because = ""

    def kill(self, why):
        self.killed_because = why
        for kill, process in ((os.killpg, self.process), (os.kill, self.process)):
            try:
                kill(process, signal.SIGKILL)
            except OSError:
                pass


class Walk:
    def __init__(self, event):
        self.seconds = event["seconds"]
        self.memory = event["memory"]
        self.end = time.monotonic() + event["all_seconds"]
        self.watch = Watch(event["own"])
        # All processes add lines to one file. Each is added whole, at the end: an anonymous file's common position would not do.
        self.outcomes = os.memfd_create("outcomes")
        fcntl.fcntl(self.outcomes, fcntl.F_SETFL, os.O_APPEND)
        # A byte for each process that may begin an import.
        self.permits, self.permits_back = os.pipe()
        os.set_blocking(self.permits, False)
        os.write(self.permits_back, b"." * event["jobs"])

    def write(self, indices, outcome):
        if indices:
            os.write(self.outcomes, json.dumps([indices, outcome]).encode() + b"\n")

    def give_back(self):
        os.write(self.permits_back, b".")

    def take_permit(self):
        try:
            return os.read(self.permits, 1)
        except BlockingIOError:
            return b""

    def to_import(self, nodes):
        """Reports the nodes that this process has imported already, and returns the others."""
        others = collections.deque()
        stack = list(nodes)[::-1]
        known = []
        while stack:
            node = stack.pop()
            if sys.modules.get(node.name) is None:
                others.append(node)
                continue
            known += [] if node.index is None else [node.index]
            stack += list(node.below.values())[::-1]
        self.write(known, int(self.watch.read_own))
        return others

    def import_here(self, node):
        try:
            importlib.import_module(node.name)
        except BaseException as error:
            # Without its package, no module below it can be imported.
            self.write(node.all_indices(), description_of(error, self.watch))
            return False
        self.write([] if node.index is None else [node.index], int(self.watch.read_own))
        return True

    def run_child(self, node, steps):
        """Runs in the child and never returns."""
        try:
            me = os.getpid()
            os.setpgid(0, 0)
            nothing = os.open(os.devnull, os.O_RDWR)
            for number in range(3):
                os.dup2(nothing, number)
            imported = self.import_here(node)
            # A module may fork, and both processes come back.
            if os.getpid() == me:
                os.write(steps, b".")
                os.close(steps)
                if imported:
                    self.walk(node.below.values())
        finally:
            os._exit(0)

    def start(self, node):
        steps, steps_out = os.pipe()
        process = os.fork()
        if process == 0:
            os.close(steps)
            self.run_child(node, steps_out)
        os.close(steps_out)
        return Child(process, steps, node, self.seconds)

    def look_at(self, child, ready):
        """Returns false if the child has ended."""
        if child.steps in ready:
            if os.read(child.steps, 1):
                child.imported = True
                self.give_back()
            os.close(child.steps)
            child.steps = None
        if child.ended in ready:
            os.close(child.ended)
            status = os.waitpid(child.process, 0)[1]
            if not child.imported:
                self.write(child.node.all_indices(), description_of_end(child.killed_because or text_of_end(status)))
                self.give_back()
            elif status:
                # It ended while it walked, so permits of its children may be lost.
                self.give_back()
            if child.steps is not None:
                os.close(child.steps)
            return False
        if not child.imported and not child.killed_because:
            if time.monotonic() > child.deadline:
                child.kill("it was not imported within %d seconds" % self.seconds)
            elif memory_of(child.process) > self.memory:
                child.kill("it needs more than %d MB" % (self.memory >> 20))
        return True

    def walk(self, nodes):
        """Imports each node in a child of this process, and so on below it."""
        waiting = self.to_import(nodes)
        children = []
        while waiting or children:
            if time.monotonic() > self.end:
                for child in children:
                    child.kill("there was no time left")
                return
            asked = [self.permits] if waiting else []
            for child in children:
                asked += [child.ended] + ([] if child.steps is None else [child.steps])
            ready = select.select(asked, [], [], INTERVAL_SECONDS)[0]
            children = [child for child in children if self.look_at(child, ready)]
            if waiting and self.permits in ready and self.take_permit():
                children.append(self.start(waiting.popleft()))

    def result(self, count):
        outcomes = [None] * count
        os.lseek(self.outcomes, 0, os.SEEK_SET)
        with open(self.outcomes, "rb") as file:
            for line in file:
                try:
                    indices, outcome = json.loads(line)
                except ValueError:
                    continue  # its process was killed while it wrote
                for index in indices:
                    outcomes[index] = outcome
        return outcomes


def handler(event, context):
    import_common()
    # The collector would go through all objects of all packages in each child.
    gc.disable()
    walk = Walk(event)
    sys.addaudithook(walk.watch.audit)
    sys.meta_path.append(walk.watch)
    names = event["modules"]
    walk.walk(flat(names) if event["alone"] else tree_of(names))
    return walk.result(len(names))
