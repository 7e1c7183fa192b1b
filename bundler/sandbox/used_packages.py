"""The sitecustomize of a measuring run: reports on stderr which modules' functions ran within an invocation.

Each is one line: "lbundle ran FILE" for a Python module, "lbundle ran module NAME" for a native one.
"""
import os
import sys
import threading

PREFIX = os.environ.get("LAMBDA_TASK_ROOT", "/var/task") + "/"


class Watch:
    def __init__(self, handler):
        module, _, self.function = handler.rpartition(".")
        self.files = tuple(PREFIX + module.replace(".", "/") + ending for ending in (".py", "/__init__.py"))
        self.depth = 0
        self.reported = set()

    def report(self, what):
        if what not in self.reported:
            self.reported.add(what)
            os.write(2, ("lbundle ran %s\n" % what).encode("utf-8", "backslashreplace"))

    def __call__(self, frame, event, argument):
        code = frame.f_code
        handler = code.co_name == self.function and code.co_filename in self.files
        if handler and event == "call":
            self.depth += 1
        elif handler and event == "return":
            self.depth = max(0, self.depth - 1)
        if not self.depth:
            return
        # A module's own code runs when it is imported. That is not yet a use of it.
        if event == "call" and code.co_name != "<module>" and code.co_filename.startswith(PREFIX):
            self.report(code.co_filename)
        elif event == "c_call":
            name = getattr(argument, "__module__", None)
            if not name and getattr(argument, "__self__", None) is not None:
                name = getattr(type(argument.__self__), "__module__", None)
            if isinstance(name, str):
                self.report("module " + name)


def install():
    watch = Watch(os.environ.get("_HANDLER", ""))
    sys.setprofile(watch)
    threading.setprofile(watch)


if __name__ == "sitecustomize":
    install()
