"""Stands in the handler's place: loads each library of the event's list in a process of its own, and says what went wrong.

A library that crashes takes its process alone. Nothing is called in it but what the loader calls.
"""
import ctypes
import os
import signal

MOST_SECONDS = 20


def load(path, tell):
    """The child: never returns."""
    signal.alarm(MOST_SECONDS)
    try:
        # As an extension module is opened: every symbol is looked up at once.
        ctypes.CDLL(path)
        os.write(tell, b"+")
    except OSError as error:
        os.write(tell, str(error).encode("utf-8", "backslashreplace")[:4000])
    os._exit(0)


def fault_of(path):
    hear, tell = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(hear)
        load(path, tell)
    os.close(tell)
    _, status = os.waitpid(child, 0)
    # Not to the pipe's end: what the library started holds it open too.
    os.set_blocking(hear, False)
    try:
        told = os.read(hear, 5000).decode()
    except BlockingIOError:
        told = ""
    os.close(hear)
    if told == "+":
        return ""
    if told:
        return told.replace("/var/task/", "")
    code = os.waitstatus_to_exitcode(status)
    if code == -signal.SIGALRM:
        return "it was not loaded within %d seconds" % MOST_SECONDS
    return "its process ended by signal %d" % -code if code < 0 else "its process ended with status %d" % code


def handler(event, context):
    return [fault_of(os.path.join("/var/task", path)) for path in event]
