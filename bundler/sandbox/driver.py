"""Runs events as Lambda's runtime does, and reports what happened.

It is /var/runtime/bootstrap.py in the sandbox, beside the package lbundle_driver. Descriptor 3 has the request: NUL-separated
fields, see records.py. The answer goes to descriptor 4, one JSON object a line: {"client": name}, {"init": seconds}, then for each
event one of {"result": text, "invoke": seconds}, {"error": {...}, ...}, {"exit": status}; and {"own_code": false} if the request asks to watch for that and the event ran none of the
function's own code. At the end the parent adds {"tmp": {path:
digest}} if the request asks for it, and {"end": {...}}.

If AWS's own client is in /var/runtime, the child runs that client, which talks to runtime_api.py in the parent. Without it the
child loads the handler itself, in the same way (loader.py). With arguments (a client's name, a program and its arguments) the child
becomes that program, which talks to the Runtime API: Node.js with its client, or the function's own bootstrap.

The numbers of the child and of its parent are the same in every run, and so are those of what the child starts: a trace, a
container or a fallback takes other numbers before them, and an answer may contain one.

The parent runs no code of the function: it enforces the time limits and sees how the child ended, even if a signal ended it. This
file imports only modules of the standard library, and only those that the runtime's own client imports too, or that no function
could mistake for its own module.
"""
import os
import sys

from lbundle_driver.limits import files_in_tmp, limit_resources
from lbundle_driver.memory import MemoryWatch
from lbundle_driver.numbers import FunctionProcess, become_parent
from lbundle_driver.records import Request, read_all, write_line

INIT_SECONDS = 10.0  # source: "Lambda execution environment lifecycle", AWS Lambda developer guide

ANSWER = 4
REQUEST = 3
# Below the limit of 1,024 descriptors that the runtime has.
HIGHEST = 1001


# What is above /var and /opt: nothing in a sandbox. Without one, it is a folder with links to what a sandbox would show.
ABOVE = os.path.abspath(__file__)[:-len("/var/runtime/bootstrap.py")]


def prepare_path():
    version = "python%d.%d" % sys.version_info[:2]
    if ABOVE:
        # The packages of this machine are not the function's.
        sys.path[:] = [folder for folder in sys.path if os.path.basename(folder) not in ("site-packages", "dist-packages")]
    task = os.environ.get("LAMBDA_TASK_ROOT", "/var/task")
    sys.path[0:0] = [task, ABOVE + "/opt/python/lib/%s/site-packages" % version, ABOVE + "/opt/python"]


def run_program(program, address, answer):
    """The child becomes the runtime's program, which closes `answer`. If the program cannot be started, an error is written to
    it."""
    limit_resources()
    os.environ["AWS_LAMBDA_RUNTIME_API"] = address
    try:
        os.execv(program[0], program)
    except OSError as error:
        message = "Error: fork/exec %s: %s" % (program[0], (error.strerror or "").lower())
        write_line(answer, {"error": {"type": "Runtime.InvalidEntrypoint", "message": message, "stack": ""},
                            "init_failed": True, "invoke": 0.0})
        os._exit(1)


def run_client(request, address, no_own_code):
    """Runs the child as in production: AWS's client asks the Runtime API for events until it is killed."""
    limit_resources()
    prepare_path()
    os.environ["AWS_LAMBDA_RUNTIME_API"] = address
    sys.argv = [__file__, request.handler]
    from awslambdaric import bootstrap
    from awslambdaric.__main__ import main as client

    if no_own_code:
        from lbundle_driver.own_code import watch_client

        watch_client(bootstrap, request.watched, lambda: no_own_code.__setitem__(0, 1))
    client(sys.argv)


def client_version():
    """Returns the version of AWS's client in /var/runtime, from the name of its wheel's metadata. None if the client is not
    there."""
    for name in os.listdir(os.path.dirname(__file__)):
        if name.startswith("awslambdaric-") and name.endswith(".dist-info"):
            return name[:-len(".dist-info")].replace("-", " ")
    return None


def ends_in_time(child, steps, request):
    """Waits for the child, which reports each step through a pipe: loaded, then each event answered. False if a step took too
    long."""
    import select

    # The end of the pipe does not show the child's end, because a process that the function left behind holds the pipe open too.
    ended = os.pidfd_open(child)
    # If an init takes longer than this, Lambda starts it again, within the invocation's own time. The last event has no limit in
    # this list: the final wait covers it together with the child's end.
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
    """Ends the child if it still runs, and writes how it ended. A child that is killed here after its answer counts as ended
    normally."""
    if timed_out or killed:
        os.kill(child, 9)
    _, status, usage = os.wait4(child, 0)
    code = 0 if killed else os.waitstatus_to_exitcode(status)
    if request.with_tmp == "1":
        write_line(answer, {"tmp": files_in_tmp()})
    # ru_inblock counts blocks of 512 bytes, whatever the file system uses: getrusage(2), include/linux/task_io_accounting_ops.h.
    write_line(answer, {"end": {"exit": max(0, code), "signal": max(0, -code), "timed_out": timed_out,
                                "limit": request.timeout, "out_of_memory": memory.exceeded,
                                "peak_memory": usage.ru_maxrss * 1024, "bytes_read": usage.ru_inblock * 512}})
    return code if code >= 0 else 128 - code


def main_with_client(request, answer, program=None):
    from lbundle_driver.runtime_api import RuntimeApi

    api = RuntimeApi(request, lambda record: write_line(answer, record))
    address = api.address
    no_own_code = None
    if request.watched and not program:
        import mmap

        no_own_code = mmap.mmap(-1, 1)  # shared with the child, without a descriptor
    process = FunctionProcess()
    child = process.number
    if child == 0:
        if program:
            os.closerange(3, HIGHEST - 1)
            run_program(program, address, answer)
        os.closerange(3, HIGHEST + 1)
        run_client(request, address, no_own_code)
        return
    memory = MemoryWatch(child, request.memory)
    process.start()
    ended = os.pidfd_open(child)
    in_time = api.serve(ended, max(INIT_SECONDS, request.timeout))
    if no_own_code and no_own_code[0]:
        write_line(answer, {"own_code": False})
    flush()
    os._exit(report_end(child, answer, not in_time, in_time and not is_over(ended), memory, request))


def main():
    become_parent()
    request = Request(read_all(REQUEST))
    # The descriptor has a high number, so that the first file that the function opens is 3, as in the runtime. Programs that the
    # function starts do not get it.
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
    steps, steps_out = os.pipe()
    steps_out = os.dup2(steps_out, HIGHEST, False)
    process = FunctionProcess()
    child = process.number
    if child:
        os.close(steps_out)
        memory = MemoryWatch(child, request.memory)
        process.start()
        timed_out = not ends_in_time(child, steps, request)
        os._exit(report_end(child, answer, timed_out, False, memory, request))
    os.closerange(3, HIGHEST - 1)
    from lbundle_driver.loader import serve

    limit_resources()
    prepare_path()
    status = serve(request, answer, steps_out)
    flush()
    os._exit(status)


if __name__ == "__main__":
    main()
