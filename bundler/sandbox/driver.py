"""Runs events as Lambda's runtime does, and says how it went.

Lies at /var/runtime/bootstrap.py in the sandbox, beside the package lbundle_driver. Descriptor 3 holds the request: NUL-separated
fields, see records.py. Descriptor 4 takes the answer, a JSON object on each line: {"client": name}, {"init": seconds}, then for each
event one of {"result": text, "invoke": seconds}, {"error": {...}, ...}, {"exit": status}, and at the end, by the parent,
{"tmp": {path: digest}} where that is asked for, and {"end": {...}}.

Where AWS's own client lies in /var/runtime the child is that client, talking to runtime_api.py in the parent. Without it the
child loads the handler itself, in the same way (loader.py). With arguments (a client's name, a program and its arguments) the child is
that program, which talks to the Runtime API: Node.js with its client, or the function's own bootstrap.

The parent stays free of the function's code: it keeps the time limits and sees how the child ended, be it by a
signal. Nothing is imported here that the runtime's own client does not import as well, or that a function could take for a module of
its own; all of it is of the standard library.
"""
import os
import sys

from lbundle_driver.limits import MemoryWatch, files_in_tmp, limit_resources
from lbundle_driver.records import Request, read_all, write_line

INIT_SECONDS = 10.0  # source: "Lambda execution environment lifecycle", AWS Lambda developer guide

ANSWER = 4
REQUEST = 3
# Below the 1,024 that the runtime allows.
HIGHEST = 1001


def prepare_path():
    version = "python%d.%d" % sys.version_info[:2]
    sys.path[0:0] = ["/var/task", "/opt/python/lib/%s/site-packages" % version, "/opt/python"]


def run_program(program, address, answer):
    """The child becomes the runtime's program. Only where that fails is something written; `answer` is closed otherwise."""
    limit_resources()
    os.environ["AWS_LAMBDA_RUNTIME_API"] = address
    try:
        os.execv(program[0], program)
    except OSError as error:
        message = "Error: fork/exec %s: %s" % (program[0], (error.strerror or "").lower())
        write_line(answer, {"error": {"type": "Runtime.InvalidEntrypoint", "message": message, "stack": ""},
                            "init_failed": True, "invoke": 0.0})
        os._exit(1)


def run_client(request, address):
    """The child as in production: AWS's client asks the Runtime API for events until it is killed."""
    limit_resources()
    prepare_path()
    os.environ["AWS_LAMBDA_RUNTIME_API"] = address
    sys.argv = [__file__, request.handler]
    from awslambdaric.__main__ import main as client

    client(sys.argv)


def client_version():
    """Of AWS's client in /var/runtime, by the name that its wheel's metadata has; None where it is not there."""
    for name in os.listdir(os.path.dirname(__file__)):
        if name.startswith("awslambdaric-") and name.endswith(".dist-info"):
            return name[:-len(".dist-info")].replace("-", " ")
    return None


def ends_in_time(child, steps, request):
    """Waits for the child, which tells of each step through a pipe: loaded, then each event answered. False once one took too long."""
    import select

    # Not the pipe's end: a process that the function left behind holds it open too.
    ended = os.pidfd_open(child)
    # Lambda begins an init that takes longer anew, within the invocation's own time. The last event's time is for the end as well.
    limits = [max(INIT_SECONDS, request.timeout)] + [request.timeout] * (len(request.events) - 1)
    for limit in limits:
        ready, _, _ = select.select([ended, steps], [], [], limit)
        if not ready or ended in ready:
            return bool(ready)
        os.read(steps, 1)
    return bool(select.select([ended], [], [], request.timeout)[0])


def is_over(ended):
    import select

    return bool(select.select([ended], [], [], 0)[0])


def flush():
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError, AttributeError):
            pass


def report_end(child, answer, timed_out, killed, memory, request):
    """Ends the child where it is not yet, and says how it ended. A kill of ours after its answer is no end of its own."""
    if timed_out or killed:
        os.kill(child, 9)
    _, status, usage = os.wait4(child, 0)
    code = 0 if killed else os.waitstatus_to_exitcode(status)
    if request.with_tmp == "1":
        write_line(answer, {"tmp": files_in_tmp()})
    # Blocks of 512 bytes, whatever the file system has: getrusage(2), include/linux/task_io_accounting_ops.h.
    write_line(answer, {"end": {"exit": max(0, code), "signal": max(0, -code), "timed_out": timed_out,
                                "limit": request.timeout, "out_of_memory": memory.exceeded,
                                "peak_memory": usage.ru_maxrss * 1024, "bytes_read": usage.ru_inblock * 512}})
    return code if code >= 0 else 128 - code


def main_with_client(request, answer, program=None):
    from lbundle_driver.runtime_api import RuntimeApi

    api = RuntimeApi(request, lambda record: write_line(answer, record))
    address = api.address
    child = os.fork()
    if child == 0:
        if program:
            os.closerange(3, HIGHEST - 1)
            run_program(program, address, answer)
        os.closerange(3, HIGHEST + 1)
        run_client(request, address)
        return
    memory = MemoryWatch(child, request.memory)
    ended = os.pidfd_open(child)
    in_time = api.serve(ended, max(INIT_SECONDS, request.timeout))
    flush()
    os._exit(report_end(child, answer, not in_time, in_time and not is_over(ended), memory, request))


def main():
    request = Request(read_all(REQUEST))
    # High up, so that the function's first file is 3 as in the runtime; closed in programs that it starts.
    answer = os.dup2(ANSWER, HIGHEST - 1, False)
    os.close(ANSWER)
    if len(sys.argv) > 2:
        write_line(answer, {"client": sys.argv[1]})
        main_with_client(request, answer, sys.argv[2:])
        return
    client = client_version()
    write_line(answer, {"client": client or "built-in"})
    if client:
        main_with_client(request, answer)
        return
    steps, tell = os.pipe()
    tell = os.dup2(tell, HIGHEST, False)
    child = os.fork()
    if child:
        os.close(tell)
        memory = MemoryWatch(child, request.memory)
        timed_out = not ends_in_time(child, steps, request)
        os._exit(report_end(child, answer, timed_out, False, memory, request))
    os.closerange(3, HIGHEST - 1)
    from lbundle_driver.loader import serve

    limit_resources()
    prepare_path()
    status = serve(request, answer, tell)
    flush()
    os._exit(status)


if __name__ == "__main__":
    main()
