"""Reports in the function's log what lbundle dropped, when code asks for it. `[prune] loud = false` leaves this module out.

This module goes into bundles, as _lbundle_dropped.pyc. The bytecode there ends with a call of `install` (entry_hook.py adds it). An
import of this source changes nothing.

A module is looked up here only after all other finders did not find it, and a file only after opening it failed. The exception that
follows is the usual one. Listing does not fail, so what is missing is reported when its folder is listed, and missing entry points
when their group is. The table beside this file is read the first time that something may be missing. A cold start without such a
case never reads it.
"""
import builtins
import functools
import io
import os
import sys

import _frozen_importlib_external as external

ROOT = __file__[:__file__.rindex("/") + 1]
TABLE = "_lbundle_dropped.txt"
# Endings of files for tools that read sources. Code that lists a folder to run something does not need them.
NOT_LISTED_FOR = (".pyi", ".pyx", ".pxd", ".h", ".c", "/py.typed")


class Dropped:
    def __init__(self, plain_open, tops):
        self.plain_open = plain_open
        self.tops = tops  # first parts of the names of modules that were dropped
        self.text = None
        self.reported = set()

    def table(self):
        """Returns the table, whose lines are "path<TAB>number of the reason". Before them are lines "=number<TAB>reason" and,
        for entry points, "@group<TAB>path"."""
        if self.text is None:
            try:
                with self.plain_open(ROOT + TABLE, encoding="utf-8", errors="surrogateescape", newline="\n") as file:
                    self.text = "\n" + file.read()
            except OSError:
                self.text = "\n"
        return self.text

    def lines(self, start):
        """Yields both sides of the tab for each line that begins with `start`."""
        text = self.table()
        at = text.find("\n" + start)
        while 0 <= at < len(text) - 1:
            end = text.index("\n", at + 1)
            left, _, right = text[at + 1:end].partition("\t")
            yield left, right
            at = text.find("\n" + start, end)

    def field(self, name):
        """Returns what follows the tab in the line of that name; None if there is no such line."""
        return next((right for _, right in self.lines(name + "\t")), None)

    def report(self, path, keep=None, remark=""):
        """Returns true if `path` was dropped. Reports each path only once, with `remark` before the reason."""
        number = self.field(path)
        if number is None:
            return False
        if path not in self.reported:
            self.reported.add(path)
            if keep is None:
                keep = path[:-len("__init__.py")] + "**" if path.endswith("/__init__.py") else path
            print('lbundle dropped %s (%s%s): keep = ["%s"]' % (path, remark, self.field("=" + number), keep),
                  file=sys.stderr, flush=True)
        return True

    def first_below(self, prefix, part=""):
        """Returns the first path that begins with `prefix` and contains `part`; None if there is none."""
        return next((path for path, _ in self.lines(prefix) if part in path), None)

    def report_module(self, name):
        base = name.replace(".", "/")
        if self.report(base + "/__init__.py") or self.report(base + ".py"):
            return
        extension = self.first_below(base + ".", ".so")
        if extension:
            self.report(extension)
        elif not os.path.isdir(ROOT + base):
            inside = self.first_below(base + "/")  # a package without __init__
            if inside:
                self.report(inside, base + "/**")

    def report_file(self, name):
        path = os.path.normpath(os.path.join(os.getcwd(), os.fsdecode(name)))
        if path.startswith(ROOT):
            self.report(path[len(ROOT):])

    def report_listed(self, name):
        path = os.path.normpath(os.path.join(os.getcwd(), os.fsdecode(name))) + "/"
        # Code that looks for a distribution lists the root.
        if not path.startswith(ROOT) or path == ROOT or path in self.reported:
            return
        self.reported.add(path)
        folder = path[len(ROOT):]
        gone = [entry for entry, _ in self.lines(folder)
                if "/" not in entry[len(folder):] and not entry.endswith(NOT_LISTED_FOR)]
        if gone:
            self.report(gone[0], folder + "**", "its folder is listed; dropped with %d more; " % (len(gone) - 1) if len(gone) > 1
                      else "its folder is listed; ")

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
        for path, _ in self.lines(""):
            if path.endswith(".dist-info/METADATA") and path.lower().replace("-", "_").replace(".", "_").startswith(wanted):
                self.report(path, path[:-len("METADATA")] + "**")

    # These two are called as the last of sys.meta_path. No error here may reach the function.

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in self.tops:
            try:
                self.report_module(name)
            except Exception:
                pass
        return None

    def find_distributions(self, context=None):
        name = getattr(context, "name", None)
        try:
            if name:
                self.report_distribution(name)
            else:
                self.report_entry_points()
        except Exception:
            pass
        return iter(())


def opened(dropped, *arguments, **options):
    try:
        return dropped.plain_open(*arguments, **options)
    except FileNotFoundError:
        try:
            dropped.report_file(arguments[0] if arguments else options["file"])
        except Exception:
            pass
        raise


def listed(dropped, plain, path=None):
    found = plain(path)
    if not isinstance(path, int):
        try:
            dropped.report_listed("." if path is None else path)
        except Exception:
            pass
    return found


def in_place_of(plain, function, *arguments):
    # This is not a function: as an attribute of a class, a function would become a method, and the built-in one does not.
    watching = functools.partial(function, *arguments)
    for name in ("__name__", "__qualname__", "__doc__", "__module__"):
        setattr(watching, name, getattr(plain, name))
    watching.__wrapped__ = plain  # for inspect.signature
    return watching


def watch_loaders(dropped):
    """Reports files that pkgutil.get_data and a package's resources do not find: they do not use open()."""
    plain = external.FileLoader.get_data

    @functools.wraps(plain)
    def get_data(self, path):
        try:
            return plain(self, path)
        except FileNotFoundError:
            if not path.endswith(".pyc"):  # the import system looks for it beside each source
                try:
                    dropped.report_file(path)
                except Exception:
                    pass
            raise

    external.FileLoader.get_data = get_data


def install(tops):
    """Starts the reports. `tops`: the first parts of the names of all modules that were dropped."""
    dropped = Dropped(builtins.open, tops)
    sys.meta_path.append(dropped)
    watching = in_place_of(dropped.plain_open, opened, dropped)
    if io.open is builtins.open:
        io.open = watching
    builtins.open = watching
    # This does not affect imports: the import system lists folders with its own functions.
    for name in ("listdir", "scandir"):
        plain = getattr(os, name)
        watching = in_place_of(plain, listed, dropped, plain)
        if plain in os.supports_fd:  # shutil looks here whether it may use a descriptor
            os.supports_fd.add(watching)
        setattr(os, name, watching)
    watch_loaders(dropped)
