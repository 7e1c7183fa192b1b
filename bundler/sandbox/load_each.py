"""Serves in place of the handler: loads each library of the event's list in its own process, and returns what went wrong.

A library that crashes ends only its own process. Only the loader calls code of the library.
"""
import ctypes
import os
import signal

MOST_SECONDS = 20
ROOT = os.environ.get("LAMBDA_TASK_ROOT", "/var/task") + "/"


def load(path, report_out):
    """Runs in the child and never returns."""
    signal.alarm(MOST_SECONDS)
    try:
        # Like an extension module: every symbol is looked up at once.
        ctypes.CDLL(path)
        os.write(report_out, b"+")
    except OSError as error:
        os.write(report_out, str(error).encode("utf-8", "backslashreplace")[:4000])
    os._exit(0)


def fault_of(path):
    report_in, report_out = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(report_in)
        load(path, report_out)
    os.close(report_out)
    _, status = os.waitpid(child, 0)
    # Not read until the end of the pipe, because a process that the library started holds it open too.
    os.set_blocking(report_in, False)
    try:
        report = os.read(report_in, 5000).decode()
    except BlockingIOError:
        report = ""
    os.close(report_in)
    if report == "+":
        return ""
    if report:
        return report.replace(ROOT, "")
    code = os.waitstatus_to_exitcode(status)
    if code == -signal.SIGALRM:
        return "it was not loaded within %d seconds" % MOST_SECONDS
    return "its process ended by signal %d" % -code if code < 0 else "its process ended with status %d" % code


def handler(event, context):
    return [fault_of(os.path.join(ROOT, path)) for path in event]
