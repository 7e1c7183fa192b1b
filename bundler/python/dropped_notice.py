"""Says in the function's log what lbundle dropped when it is asked for. `[prune] loud = false` leaves it out.

This module goes into bundles, as _lbundle_dropped.pyc. The bytecode there ends with a call of `install` (entry_hook.py adds it).
An import of this source changes nothing.

A module is looked for here only after everyone else did not find it, a file only after opening it failed; the exception that
follows is the usual one. What is listed fails nothing: a folder from which files were dropped is told when it is listed, entry
points when their group is. The table beside this file is read at the first such moment, never at a cold start without one.
"""
import builtins
import functools
import io
import os
import sys

import _frozen_importlib_external as external

ROOT = __file__[:__file__.rindex("/") + 1]
TABLE = "_lbundle_dropped.txt"
# For tools that look at sources, and nothing that a run would find by listing.
NOT_LISTED_FOR = (".pyi", ".pyx", ".pxd", ".h", ".c", "/py.typed")


class Dropped:
    def __init__(self, plain_open, tops):
        self.plain_open = plain_open
        self.tops = tops  # first parts of the names of modules that were dropped
        self.text = None
        self.told = set()

    def table(self):
        """Lines of "path<TAB>number of the reason"; before them "=number<TAB>reason" and, for entry points, "@group<TAB>path"."""
        if self.text is None:
            try:
                with self.plain_open(ROOT + TABLE, encoding="utf-8", errors="surrogateescape", newline="\n") as file:
                    self.text = "\n" + file.read()
            except OSError:
                self.text = "\n"
        return self.text

    def lines(self, start):
        """Both sides of the tab of each line that begins with `start`."""
        text = self.table()
        at = text.find("\n" + start)
        while 0 <= at < len(text) - 1:
            end = text.index("\n", at + 1)
            left, _, right = text[at + 1:end].partition("\t")
            yield left, right
            at = text.find("\n" + start, end)

    def field(self, name):
        """What follows the tab of the line of that name; None where there is none."""
        return next((right for _, right in self.lines(name + "\t")), None)

    def tell(self, path, keep=None, remark=""):
        """True where `path` was dropped; each is told once, with `remark` before the reason."""
        number = self.field(path)
        if number is None:
            return False
        if path not in self.told:
            self.told.add(path)
            if keep is None:
                keep = path[:-len("__init__.py")] + "**" if path.endswith("/__init__.py") else path
            print('lbundle dropped %s (%s%s): keep = ["%s"]' % (path, remark, self.field("=" + number), keep),
                  file=sys.stderr, flush=True)
        return True

    def first_below(self, prefix, part=""):
        """The first path that begins with `prefix` and has `part` in it; None where there is none."""
        return next((path for path, _ in self.lines(prefix) if part in path), None)

    def tell_module(self, name):
        base = name.replace(".", "/")
        if self.tell(base + "/__init__.py") or self.tell(base + ".py"):
            return
        extension = self.first_below(base + ".", ".so")
        if extension:
            self.tell(extension)
        elif not os.path.isdir(ROOT + base):
            inside = self.first_below(base + "/")  # a package without __init__
            if inside:
                self.tell(inside, base + "/**")

    def tell_file(self, name):
        path = os.path.normpath(os.path.join(os.getcwd(), os.fsdecode(name)))
        if path.startswith(ROOT):
            self.tell(path[len(ROOT):])

    def tell_listed(self, name):
        path = os.path.normpath(os.path.join(os.getcwd(), os.fsdecode(name))) + "/"
        # The root is listed by whoever looks for a distribution.
        if not path.startswith(ROOT) or path == ROOT or path in self.told:
            return
        self.told.add(path)
        folder = path[len(ROOT):]
        gone = [entry for entry, _ in self.lines(folder)
                if "/" not in entry[len(folder):] and not entry.endswith(NOT_LISTED_FOR)]
        if gone:
            self.tell(gone[0], folder + "**", "its folder is listed, where %d more lay; " % (len(gone) - 1) if len(gone) > 1
                      else "its folder is listed; ")

    def tell_entry_points(self):
        """Of the group that entry_points() is asked for further up the stack; where all are looked at, of any."""
        frame = sys._getframe()
        while frame and frame.f_code.co_name != "entry_points":
            frame = frame.f_back
        if frame is None:
            return
        group = frame.f_locals.get("params", {}).get("group")
        for name, path in self.lines("@" + (group + "\t" if group else "")):
            self.tell(path, remark="it has entry points of %s; " % name[1:])

    def tell_distribution(self, name):
        wanted = name.lower().replace("-", "_").replace(".", "_") + "_"
        for path, _ in self.lines(""):
            if path.endswith(".dist-info/METADATA") and path.lower().replace("-", "_").replace(".", "_").startswith(wanted):
                self.tell(path, path[:-len("METADATA")] + "**")

    # As the last of sys.meta_path. Whatever goes wrong here is no matter of the function's.

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in self.tops:
            try:
                self.tell_module(name)
            except Exception:
                pass
        return None

    def find_distributions(self, context=None):
        name = getattr(context, "name", None)
        try:
            if name:
                self.tell_distribution(name)
            else:
                self.tell_entry_points()
        except Exception:
            pass
        return iter(())


def opened(dropped, *arguments, **options):
    try:
        return dropped.plain_open(*arguments, **options)
    except FileNotFoundError:
        try:
            dropped.tell_file(arguments[0] if arguments else options["file"])
        except Exception:
            pass
        raise


def listed(dropped, plain, path=None):
    found = plain(path)
    if not isinstance(path, int):
        try:
            dropped.tell_listed("." if path is None else path)
        except Exception:
            pass
    return found


def in_place_of(plain, function, *arguments):
    # Not a function: as an attribute of a class it would become a method, which the built-in one does not.
    watching = functools.partial(function, *arguments)
    for name in ("__name__", "__qualname__", "__doc__", "__module__"):
        setattr(watching, name, getattr(plain, name))
    watching.__wrapped__ = plain  # for inspect.signature
    return watching


def watch_loaders(dropped):
    """What pkgutil.get_data and a package's own resources read goes past open()."""
    plain = external.FileLoader.get_data

    @functools.wraps(plain)
    def get_data(self, path):
        try:
            return plain(self, path)
        except FileNotFoundError:
            if not path.endswith(".pyc"):  # which the import system looks for beside each source
                try:
                    dropped.tell_file(path)
                except Exception:
                    pass
            raise

    external.FileLoader.get_data = get_data


def install(tops):
    """`tops`: the first parts of the names of all modules that were dropped."""
    dropped = Dropped(builtins.open, tops)
    sys.meta_path.append(dropped)
    watching = in_place_of(dropped.plain_open, opened, dropped)
    if io.open is builtins.open:
        io.open = watching
    builtins.open = watching
    # The import system lists folders by functions of its own.
    for name in ("listdir", "scandir"):
        plain = getattr(os, name)
        watching = in_place_of(plain, listed, dropped, plain)
        if plain in os.supports_fd:  # where shutil looks whether it may use a descriptor
            os.supports_fd.add(watching)
        setattr(os, name, watching)
    watch_loaders(dropped)
