"""Says in the function's log what lbundle dropped when it is asked for. `[prune] loud = false` leaves it out.

A module is looked for here only after everyone else did not find it, a file only after opening it failed; the exception that
follows is the usual one. The table beside this file is read at the first such moment, never at a cold start without one.
"""
import builtins
import functools
import io
import os
import sys

ROOT = __file__[:__file__.rindex("/") + 1]
TABLE = "_lbundle_dropped.txt"


class Dropped:
    def __init__(self, plain_open, tops):
        self.plain_open = plain_open
        self.tops = tops  # first parts of the names of modules that were dropped
        self.text = None
        self.told = set()

    def table(self):
        """Lines of "path<TAB>number of the reason", and before them "=number<TAB>reason"."""
        if self.text is None:
            try:
                with self.plain_open(ROOT + TABLE, encoding="utf-8", errors="surrogateescape", newline="\n") as file:
                    self.text = "\n" + file.read()
            except OSError:
                self.text = "\n"
        return self.text

    def field(self, start):
        """What follows the tab of the line that begins with `start`; None where there is none."""
        text = self.table()
        at = text.find("\n" + start + "\t")
        if at < 0:
            return None
        at += len(start) + 2
        return text[at:text.index("\n", at)]

    def tell(self, path, keep=None):
        """True where `path` was dropped; each is told once."""
        number = self.field(path)
        if number is None:
            return False
        if path not in self.told:
            self.told.add(path)
            if keep is None:
                keep = path[:-len("__init__.py")] + "**" if path.endswith("/__init__.py") else path
            print('lbundle dropped %s (%s): keep = ["%s"]' % (path, self.field("=" + number), keep),
                  file=sys.stderr, flush=True)
        return True

    def first_below(self, prefix, part=""):
        """The first path that begins with `prefix` and has `part` in it; None where there is none."""
        text = self.table()
        at = text.find("\n" + prefix)
        while at >= 0:
            end = text.index("\t", at)
            if part in text[at:end]:
                return text[at + 1:end]
            at = text.find("\n" + prefix, end)
        return None

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

    def tell_distribution(self, name):
        wanted = name.lower().replace("-", "_").replace(".", "_") + "_"
        text = self.table()
        at = text.find(".dist-info/METADATA\t")
        while at >= 0:
            path = text[text.rindex("\n", 0, at) + 1:text.index("\t", at)]
            if path.lower().replace("-", "_").replace(".", "_").startswith(wanted):
                self.tell(path, path[:-len("METADATA")] + "**")
            at = text.find(".dist-info/METADATA\t", at + 1)

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
        if name:
            try:
                self.tell_distribution(name)
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


def install(tops):
    dropped = Dropped(builtins.open, tops)
    sys.meta_path.append(dropped)
    # Not a function: as an attribute of a class it would become a method, which the built-in one does not.
    watching = functools.partial(opened, dropped)
    for name in ("__name__", "__qualname__", "__doc__", "__module__"):
        setattr(watching, name, getattr(dropped.plain_open, name))
    watching.__wrapped__ = dropped.plain_open  # for inspect.signature
    if io.open is builtins.open:
        io.open = watching
    builtins.open = watching


