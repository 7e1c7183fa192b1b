"""Reports in the function's log what lbundle dropped, when code asks for it. `[prune] loud = false` leaves this module out.

This module goes into bundles, as _lbundle_dropped.pyc. The bytecode there ends with a call of `install` (entry_hook.py adds it). An
import of this source changes nothing.

A module is looked up here only after all other finders did not find it, and a file only after a call for it failed. The exception
that follows is the usual one, with the usual stack. Listing does not fail, so what is missing is reported when its folder is listed,
and missing entry points when their group is. The table beside this file is read the first time that something below the bundle's
root is missing. A cold start without such a case never reads it.

A source whose bytecode took its place is reported too, if code looks for the source by its name or lists its folder. Code that shows
stacks, and pkgutil, which finds bytecode, do not count.
"""
import builtins
import functools
import io
import os
import sys

import _frozen_importlib_external as external

ROOT = __file__[:__file__.rindex("/") + 1]
TABLE = "_lbundle_dropped.txt"
# The reason of files that events only walked past (prune/prune_evidence.hpp).
WALKED_PAST = "events only walked past such files"
# Endings of files for tools that read sources. Code that lists a folder to run something does not need them.
NOT_LISTED_FOR = (".pyi", ".pyx", ".pxd", ".h", ".c", "/py.typed")
# Functions of these modules stand between the code that asks and os.
BETWEEN = frozenset(("genericpath", "posixpath", "pathlib", "pathlib._local", "pathlib._os", "pathlib._abc", "glob", "os", __name__))
# These modules find bytecode as well, or look for sources only to show lines of them.
NEEDS_NO_SOURCE = frozenset(("pkgutil", "linecache", "inspect", "traceback", "warnings", "tokenize"))


def asks_for_sources():
    frame = sys._getframe(1)
    while frame and frame.f_globals.get("__name__") in BETWEEN:
        frame = frame.f_back
    return frame is None or frame.f_globals.get("__name__") not in NEEDS_NO_SOURCE


class Dropped:
    def __init__(self, tops):
        self.open, self.stat, self.listdir = builtins.open, os.stat, os.listdir
        self.tops = tops  # first parts of the names of modules that were dropped
        self.reported = set()
        self.text = None
        self.first = 0  # where the first path begins in the text
        self.quiet = frozenset()  # numbers of the reasons for which looks and listings are not reported
        self.gone = {}  # by path: the answers of may_be_gone

    def table(self):
        """Returns the table, whose lines are "path<TAB>number of the reason", in the order of the paths. Before them are lines
        "@group<TAB>path" for entry points, "!path<TAB>" for modules that came without a source, and "=number<TAB>reason"."""
        if self.text is None:
            try:
                with self.open(ROOT + TABLE, encoding="utf-8", errors="surrogateescape", newline="\n") as file:
                    self.text = "\n" + file.read()
            except OSError:
                self.text = "\n"
            reasons = 0
            at = self.text.find("\n=0\t")
            while at >= 0:
                reasons += 1
                self.first = self.text.index("\n", at + 1) + 1
                at = self.text.find("\n=%d\t" % reasons, self.first - 1)
            if not self.text.isascii():  # lbundle orders bytes, and this module compares characters
                lines = self.text[self.first:].splitlines(True)
                self.text = self.text[:self.first] + "".join(sorted(lines))
            self.quiet = {left[1:] for left, reason in self.lines("=") if reason == WALKED_PAST}
        return self.text

    def lines(self, start):
        """Yields both sides of the tab for each line that begins with `start`, in the order of the table. For paths, use `paths`."""
        text = self.table()
        at = text.find("\n" + start)
        while 0 <= at < len(text) - 1:
            end = text.index("\n", at + 1)
            left, _, right = text[at + 1:end].partition("\t")
            yield left, right
            at = text.find("\n" + start, end)

    def place(self, path):
        """Returns where the first line with this path, or one after it, begins."""
        text = self.table()
        low, high = self.first, len(text)
        while low < high:
            middle = text.rfind("\n", low, (low + high) // 2) + 1 or low
            tab = text.index("\t", middle)
            if text[middle:tab] < path:
                low = text.index("\n", tab) + 1
            else:
                high = middle
        return low

    def paths(self, start):
        """Yields path and number of the reason for each dropped path that begins with `start`."""
        text = self.table()
        at = self.place(start)
        while text.startswith(start, at) and at < len(text):
            end = text.index("\n", at)
            path, _, number = text[at:end].partition("\t")
            yield path, number
            at = end + 1

    def number_of(self, path):
        """Returns the number of the reason of a dropped path; None for any other path."""
        text = self.table()
        at = self.place(path)
        return text[at + len(path) + 1:text.index("\n", at)] if text.startswith(path + "\t", at) else None

    def came_alone(self, path):
        return "\n!" + path + "\t" in self.table()

    def may_be_gone(self, path):
        """False if neither the path nor something below it was dropped. Files that events only walked past do not count."""
        if path not in self.gone:
            number = self.number_of(path)
            self.gone[path] = (number is not None and number not in self.quiet) or self.first_below(path) is not None
        return self.gone[path]

    def gone_from(self, folder):
        """Returns the dropped paths directly in a folder, without those that events only walked past."""
        text = self.table()
        start = folder + "/"
        found = []
        at = self.place(start)
        while text.startswith(start, at):
            path, _, number = text[at:text.index("\n", at)].partition("\t")
            slash = path.find("/", len(start))
            if slash >= 0:
                at = self.place(path[:slash] + "0")  # the character after "/"
                continue
            if number not in self.quiet:
                found.append(path)
            at = text.index("\n", at) + 1
        return found

    def say(self, path, reason, remedy):
        print("lbundle dropped %s (%s): %s" % (path, reason, remedy), file=sys.stderr, flush=True)

    def report(self, path, keep=None, remark="", more=""):
        """Returns true if `path` was dropped. Reports each path only once, with `remark` before the reason and `more` after the
        line for the project file."""
        number = self.number_of(path)
        if number is None:
            return False
        if path not in self.reported:
            self.reported.add(path)
            if keep is None:
                keep = path[:-len("__init__.py")] + "**" if path.endswith("/__init__.py") else path
            self.say(path, remark + next(self.lines("=" + number + "\t"))[1], 'keep = ["%s"]%s' % (keep, more))
        return True

    def report_source(self, path, untouched, remark=""):
        if path not in self.reported:
            self.reported.add(path)
            self.say(path, remark + "its bytecode takes its place", 'untouched = ["%s"] under [shrink]' % untouched)

    def first_below(self, folder):
        """Returns the first of the reported paths below a folder; None if there is none."""
        return next((path for path, number in self.paths(folder + "/") if number not in self.quiet), None)

    def report_module(self, name):
        base = name.replace(".", "/")
        for ending in ("/__init__.py", ".py", "/__init__.pyc", ".pyc"):
            if self.report(base + ending):
                return
        extension = next((path for path, _ in self.paths(base + ".") if ".so" in path), None)
        if extension:
            self.report(extension)
        elif not self.has(ROOT + base):
            inside = self.first_below(base)  # a package without __init__
            if inside:
                self.report(inside, base + "/**")

    def inside(self, name):
        """Returns the path below the root; None if it is elsewhere."""
        if isinstance(name, int):
            return None
        path = os.fsdecode(name)
        if path[:1] == "/" and "/." not in path and "//" not in path:
            return path[len(ROOT):].rstrip("/") if path.startswith(ROOT) else None
        path = os.path.normpath(os.path.join(os.getcwd(), path))
        return path[len(ROOT):] if path.startswith(ROOT) else None

    def report_file(self, name):
        path = self.inside(name)
        if path:
            self.report_path(path)

    def report_look(self, name):
        """Reports a path that code only looks at, unless events walked past it as well."""
        path = self.inside(name)
        if path and (path.endswith(".py") and self.number_of(path) not in self.quiet or self.may_be_gone(path)):
            self.report_path(path)

    def report_path(self, path):
        if self.report(path):
            return
        inside = self.first_below(path)
        if inside:
            self.report(inside, path + "/**", "its folder is asked for; ")
        elif path.endswith(".py") and self.has(ROOT + path + "c") and not self.came_alone(path + "c") and asks_for_sources():
            self.report_source(path, path)

    def has(self, path):
        try:
            return bool(self.stat(path))
        except OSError:
            return False

    def report_listed(self, name, found):
        """Returns true if there is nothing more to say about this folder."""
        folder = self.inside(name)
        # Code that looks for a distribution lists the root, which is None or "" here.
        if not folder or folder in self.reported:
            return True
        gone = [path for path in self.gone_from(folder) if not path.endswith(NOT_LISTED_FOR)]
        if gone:
            self.reported.add(folder)
            # A source that is kept becomes bytecode, which code that looks for names with .py does not find.
            for_sources = any(path.endswith(".py") for path in gone) and asks_for_sources()
            self.report(gone[0], folder + "/**", "its folder is listed; " if len(gone) == 1
                        else "its folder is listed; dropped with %d more; " % (len(gone) - 1),
                        ', and under [shrink]: untouched = ["%s/*.py"]' % folder if for_sources else "")
            return
        sources = ()
        for name in found if type(found) is list else self.listdir(ROOT + folder):
            if name[-4:] == ".pyc":  # not for a list of bytes
                names = self.listdir(ROOT + folder)
                sources = [name[:-1] for name in names if name.endswith(".pyc") and name[:-1] not in names
                           and not self.came_alone(folder + "/" + name)]
                break
        if not sources:
            self.reported.add(folder)  # nothing to say, whoever lists it
            return True
        elif asks_for_sources():
            self.reported.add(folder)
            self.report_source(folder + "/" + min(sources), folder + "/*.py",
                               "its folder is listed, without %d sources; " % len(sources))

    def report_library(self, text):
        """Reports the library of a message of the loader: a path, or a name that may differ from the file's by a hash or by what
        follows `.so`."""
        name, says_missing, _ = text.partition(": cannot open shared object")
        if not says_missing:
            return
        if "/" in name:
            self.report_file(name)
            return
        stem = name.partition(".so")[0]
        for path, _ in self.paths(""):
            file = path.rpartition("/")[2]
            if ".so" in file and file.startswith(stem) and file[len(stem)] in ".-" and self.report(path):
                return

    def report_entry_points(self):
        """Reports dropped entry points of the group that entry_points() further up the stack is asked for, or of all groups if
        it is asked for all."""
        frame = sys._getframe()
        while frame and frame.f_code.co_name != "entry_points":
            frame = frame.f_back
        if frame is None:
            return
        group = frame.f_locals.get("params", {}).get("group")
        for name, path in self.lines("@" + (group + "\t" if group else "")):
            self.report(path, remark="it has entry points of %s; " % name[1:])

    def report_distribution(self, name):
        wanted = name.lower().replace("-", "_").replace(".", "_") + "_"
        for path, _ in self.paths(""):
            if path.endswith(".dist-info/METADATA") and path.lower().replace("-", "_").replace(".", "_").startswith(wanted):
                self.report(path, path[:-len("METADATA")] + "**")

    # These two are called as the last of sys.meta_path. No error here may reach the function.

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in self.tops:
            quietly(self.report_module, name)
        return None

    def find_distributions(self, context=None):
        name = getattr(context, "name", None)
        if name:
            quietly(self.report_distribution, name)
        else:
            quietly(self.report_entry_points)
        return iter(())


def quietly(function, *arguments):
    try:
        function(*arguments)
    except Exception:
        pass


class InPlaceOf:
    """Stands in place of a built-in function. It is not a Python function: as an attribute of a class that would become a method.
    It looks like the built-in one, and a pickle of it has the built-in one."""

    def __init__(self, plain, report):
        for name in ("__name__", "__qualname__", "__doc__", "__module__"):
            setattr(self, name, getattr(plain, name))
        self.__wrapped__ = plain  # for inspect.signature
        self.report = report

    def __call__(self, *arguments, **options):
        try:
            return self.__wrapped__(*arguments, **options)
        except (FileNotFoundError, NotADirectoryError) as error:
            try:
                self.report_missing(arguments, options)
            except Exception:
                pass
            # A bare raise adds no frame, so the stack is that of the built-in function.
            error.__traceback__ = error.__traceback__.tb_next
            raise

    def report_missing(self, arguments, options):
        if arguments and not options:
            self.report(arguments[0])
        elif options.get("dir_fd") is None:
            path = arguments[0] if arguments else options.get("path", options.get("file"))
            if path is not None:
                self.report(path)

    def __getattr__(self, name):
        if name == "__wrapped__":
            raise AttributeError(name)
        return getattr(self.__wrapped__, name)

    def __repr__(self):
        return repr(self.__wrapped__)

    def __copy__(self):
        return self

    def __deepcopy__(self, memo):
        return self

    def __reduce__(self):
        if getattr(sys.modules.get(self.__module__), self.__name__, None) is self:
            return self.__name__
        from copy import copy
        return copy, (self.__wrapped__,)


class Looked(InPlaceOf):
    """In place of os.stat and os.lstat, which fail often: code that searches looks at many paths."""

    def __init__(self, plain, dropped):
        InPlaceOf.__init__(self, plain, dropped.report_look)
        self.gone = dropped.gone

    def report_missing(self, arguments, options):
        path = arguments[0]
        if (type(path) is not str or path[:1] != "/" or path[-1:] == "/" or "/." in path or "//" in path
                or path.startswith(ROOT) and (path[-3:] == ".py" or self.gone.get(path[len(ROOT):], True))):
            InPlaceOf.report_missing(self, arguments, options)


class Asked(InPlaceOf):
    """In place of os.access, which does not raise."""

    def __call__(self, *arguments, **options):
        answer = self.__wrapped__(*arguments, **options)
        if not answer:
            quietly(self.report_missing, arguments, options)
        return answer


class Listed(InPlaceOf):
    """In place of os.listdir and os.scandir."""

    def __init__(self, plain, report, report_listed):
        InPlaceOf.__init__(self, plain, report)
        self.report_listed = report_listed
        self.done = set()  # paths with nothing to say about

    def __call__(self, *arguments, **options):
        try:
            found = self.__wrapped__(*arguments, **options)
        except (FileNotFoundError, NotADirectoryError) as error:
            quietly(self.report_missing, arguments, options)
            error.__traceback__ = error.__traceback__.tb_next
            raise
        try:
            path = arguments[0] if arguments else options.get("path")
            if path not in self.done and self.report_listed("." if path is None else path, found) and path[:1] == "/":
                self.done.add(path)
        except Exception:
            pass
        return found


class AfterImport:
    """The first of sys.meta_path until the modules it waits for are loaded: it does not find, and changes them when they are run."""

    def __init__(self, changes):
        self.changes = changes  # by name of the module: a function of the module

    def find_spec(self, name, path=None, target=None):
        change = self.changes.get(name)
        if change is None:
            return None
        try:
            del self.changes[name]
            if not self.changes:
                sys.meta_path.remove(self)
            for finder in sys.meta_path:
                spec = None if finder is self else finder.find_spec(name, path, target)
                if spec is not None:
                    self.change_when_run(spec.loader, change)
                    return spec
        except Exception:
            pass
        return None

    @staticmethod
    def change_when_run(loader, change):
        if isinstance(loader, type):  # of built-in and frozen modules
            return
        run = loader.exec_module

        def exec_module(module):
            del loader.exec_module
            run(module)
            quietly(change, module)

        loader.exec_module = exec_module


def watch_loaders(dropped):
    """Reports files that pkgutil.get_data and a package's resources do not find: they do not use open()."""
    plain = external.FileLoader.get_data

    @functools.wraps(plain)
    def get_data(self, path):
        try:
            return plain(self, path)
        except FileNotFoundError as error:
            if not path.endswith(".pyc"):  # the import system looks for it beside each source
                quietly(dropped.report_file, path)
            error.__traceback__ = error.__traceback__.tb_next
            raise

    external.FileLoader.get_data = get_data


def watch_dlopen(dropped, module, name):
    plain = getattr(module, name)

    class Loaded(InPlaceOf):
        def __call__(self, *arguments, **options):
            try:
                return plain(*arguments, **options)
            except OSError as error:
                quietly(dropped.report_library, str(error))
                error.__traceback__ = error.__traceback__.tb_next
                raise

    setattr(module, name, Loaded(plain, None))


class InChild:
    """Loads this module in a child that multiprocessing starts as a new interpreter, when the child unpickles this."""

    def __reduce__(self):
        return exec, ("try:\n import sys; sys.path.append(%r)\n try: import _lbundle_dropped\n finally: sys.path.pop()\n"
                      "except Exception: pass" % ROOT,)


def watch_spawn(module):
    plain = module.get_preparation_data

    @functools.wraps(plain)
    def get_preparation_data(name):
        data = plain(name)
        data["lbundle"] = InChild()
        return data

    module.get_preparation_data = get_preparation_data


def put_in_place(name, watching):
    """Replaces a function of os, also where the standard library's path classes hold it already."""
    plain = getattr(os, name)
    for functions in (os.supports_dir_fd, os.supports_effective_ids, os.supports_fd, os.supports_follow_symlinks):
        if plain in functions:  # shutil looks here whether it may use a descriptor
            functions.add(watching)
    setattr(os, name, watching)
    for holder in ("pathlib", "pathlib._local", "glob"):
        if holder in sys.modules:
            quietly(put_in_classes, vars(sys.modules[holder]), plain, watching)


def put_in_classes(namespace, plain, watching):
    for each in list(namespace.values()):
        if isinstance(each, type) and each.__module__ == namespace["__name__"]:
            for key, value in list(vars(each).items()):
                if value is plain:
                    setattr(each, key, watching)
                elif isinstance(value, staticmethod) and value.__func__ is plain:
                    setattr(each, key, staticmethod(watching))


def install(tops):
    """Starts the reports. `tops`: the first parts of the names of all modules that were dropped."""
    dropped = Dropped(tops)
    sys.meta_path.append(dropped)
    watching = InPlaceOf(dropped.open, dropped.report_file)
    if io.open is builtins.open:
        io.open = watching
    builtins.open = watching
    # This does not affect imports: the import system looks at files and lists folders with its own functions.
    for name in ("stat", "lstat"):
        put_in_place(name, Looked(getattr(os, name), dropped))
    put_in_place("access", Asked(os.access, dropped.report_look))
    for name in ("listdir", "scandir"):
        put_in_place(name, Listed(getattr(os, name), dropped.report_file, dropped.report_listed))
    watch_loaders(dropped)
    waiting = {}
    for name, change in (("_ctypes", lambda module: watch_dlopen(dropped, module, "dlopen")), ("multiprocessing.spawn", watch_spawn)):
        if name not in sys.modules:
            waiting[name] = change
        elif name == "_ctypes":
            watch_dlopen(dropped, sys.modules.get("ctypes", sys.modules[name]), "_dlopen" if "ctypes" in sys.modules else "dlopen")
        else:
            change(sys.modules[name])
    if waiting:
        sys.meta_path.insert(0, AfterImport(waiting))
