"""Imports modules in a given order, and then serves as the function's handler.

In the sandbox it is lbundle_import_first.py, beside lbundle_import_first.json: {"modules": [names in their order], "handler":
"module.function"}. An import under any other name does nothing.
"""
import importlib
import json

NAME_IN_SANDBOX = "lbundle_import_first"


def import_each(names):
    for name in names:
        try:
            importlib.import_module(name)
        except ImportError as error:
            # If the loader refused a library, the error says which one. Any other error means that parts of the module are not in
            # the bundle, and the handler does not ask for it.
            if str(getattr(error, "path", None) or "").endswith(".so") and not str(error).startswith("cannot import name"):
                raise
        except (Exception, SystemExit) as error:
            print("%s cannot be imported by itself: %r" % (name, error))


def function_named(handler):
    module, _, function = handler.rpartition(".")
    return getattr(importlib.import_module(module.replace("/", ".")), function)


if __name__ == NAME_IN_SANDBOX:
    with open(__file__[:-len(".py")] + ".json", encoding="utf-8") as file:
        settings = json.load(file)
    import_each(settings["modules"])
    handler = function_named(settings["handler"])
