# Imports MODULES in their order, and is the handler HANDLER then.
import importlib
import sys

for name in MODULES:
    try:
        importlib.import_module(name)
    except ImportError as error:
        # Where the loader refused a library it says which. All else is a module of which parts are not in the bundle, and for
        # which the handler does not ask.
        if str(getattr(error, "path", None) or "").endswith(".so") and not str(error).startswith("cannot import name"):
            raise
    except (Exception, SystemExit) as error:
        print("%s cannot be imported by itself: %r" % (name, error), file=sys.stdout)

module, _, function = HANDLER.rpartition(".")
handler = getattr(importlib.import_module(module.replace("/", ".")), function)
