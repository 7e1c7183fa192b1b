"""Sees whether an invocation runs any of the function's own code, beyond imports.

A handler that a library wraps may never be called, and an event that ends in the library proves nothing about the function. The
interpreter reports each call of a function until the first one that is the function's own. A handler that is called directly is the
first call, so watching it costs nothing. After MOST_CALLS the watch gives up: a library that works so much has not refused the event.
"""
import sys

# Set in the flags of functions, and not in those of modules and class bodies: CO_OPTIMIZED in Include/cpython/code.h.
FUNCTION = 0x1
# About a tenth of a second.
MOST_CALLS = 100000


class Watch:
    """Watches invocations, one after the other. `files` are the paths of the function's own modules."""

    def __init__(self, files):
        self._files = frozenset(files)
        self._seen = False
        self._watching = False
        self._calls = 0
        self._hook = self._see

    def _see(self, frame, event, argument):
        code = frame.f_code
        self._calls += 1
        if self._calls > MOST_CALLS:
            self._seen = True
        if not self._seen and code.co_flags & FUNCTION and code.co_filename in self._files:
            self._seen = True
        if self._seen or not self._watching:
            sys.settrace(None)  # of this thread

    def start(self):
        import threading

        self._seen = False
        self._calls = 0
        # A debugger or a coverage tool of the function's own is left alone.
        self._watching = sys.gettrace() is None
        if self._watching:
            threading.settrace(self._hook)
            sys.settrace(self._hook)

    def found_none(self):
        """Ends the watch. True if no own function was called although there are some."""
        import threading

        if not self._watching:
            return False
        self._watching = False
        undisturbed = sys.gettrace() is self._hook
        threading.settrace(None)
        if undisturbed:
            sys.settrace(None)
        return undisturbed and not self._seen and self._has_functions()

    def _has_functions(self):
        import gc
        import types

        return any(type(each) is types.FunctionType and each.__code__.co_filename in self._files
                   for each in gc.get_objects())


def watch_client(bootstrap, files, report):
    """Watches each invocation of AWS's client. Calls `report` after one without own code."""
    watch = Watch(files)
    original = bootstrap.handle_event_request

    def handle_event_request(*arguments, **named):
        watch.start()
        try:
            return original(*arguments, **named)
        finally:
            if watch.found_none():
                report()

    bootstrap.handle_event_request = handle_event_request
