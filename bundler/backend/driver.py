"""Runs one event as Lambda's Python runtime does, and says how it went.

Lies at /var/runtime/bootstrap.py in the sandbox. Descriptor 3 holds the request: NUL-separated fields, see `Request`. Descriptor 4
takes the answer, a JSON object on each line: {"client": name}, {"init": seconds}, then for each event one of {"result": text,
"invoke": seconds}, {"error": {...}, ...}, {"exit": status}, and at the end, by the parent, {"tmp": {path: digest}} where that is
asked for, and {"end": {...}}.

Where AWS's own client lies in /var/runtime the child is that client, talking to runtime_api.py in the parent. Without it the
child loads the handler itself, in the same way. With arguments (a client's name, a program and its arguments) the child is that
program, which talks to the Runtime API: Node.js with its client, or the function's own bootstrap.

The parent stays free of the function's code: it keeps the time limits and sees how the child ended, be it by a
signal. Nothing is imported here that the runtime's own client does not import as well; all of it is of the standard library.
"""
import os
import sys
import time

INIT_SECONDS = 10.0  # source: "Lambda execution environment lifecycle", AWS Lambda developer guide
# Source: "Lambda quotas", invocation payload of 6 MB; the number as Lambda's own message has it.
RESPONSE_LIMIT = 6291556

ANSWER = 4
REQUEST = 3
# How often the function's memory is looked at: a look takes a millisecond.
MEMORY_INTERVAL_SECONDS = 0.1
# Below the 1,024 that the runtime allows.
HIGHEST = 1001


class Request:
    """One process and the events that it is given one after the other, each with an id of its own."""

    def __init__(self, content):
        *fields, payload = content.split(b"\0", 9)
        (self.handler, self.function_name, self.memory, self.timeout, ids, self.arn, self.with_source_lines,
         self.with_tmp, sizes) = (field.decode("utf-8", "surrogateescape") for field in fields)
        self.timeout = float(self.timeout)
        self.events = []  # id and text
        for request_id, size in zip(ids.split(","), map(int, sizes.split(","))):
            self.events.append((request_id, payload[:size].decode("utf-8", "surrogateescape")))
            payload = payload[size:]
        self.request_id = self.events[0][0]  # of the event at hand


class Fault(Exception):
    """An error that the runtime itself finds, with Lambda's name for it."""

    def __init__(self, error_type, message):
        super().__init__(message)
        self.error_type = error_type


class CognitoIdentity:
    cognito_identity_id = None
    cognito_identity_pool_id = None


class LambdaContext:
    def __init__(self, request):
        self._deadline = time.monotonic() + request.timeout
        self.aws_request_id = request.request_id
        self.function_name = request.function_name
        self.function_version = "$LATEST"
        self.invoked_function_arn = request.arn
        self.memory_limit_in_mb = request.memory
        self.log_group_name = os.environ.get("AWS_LAMBDA_LOG_GROUP_NAME")
        self.log_stream_name = os.environ.get("AWS_LAMBDA_LOG_STREAM_NAME")
        self.client_context = None
        self.identity = CognitoIdentity()

    def get_remaining_time_in_millis(self):
        return max(0, int((self._deadline - time.monotonic()) * 1000))

    def log(self, message):
        sys.stdout.write(str(message))


def read_all(descriptor):
    pieces = []
    while piece := os.read(descriptor, 1 << 20):
        pieces.append(piece)
    os.close(descriptor)
    return b"".join(pieces)


def write_line(descriptor, record):
    import json

    line = json.dumps(record).encode() + b"\n"
    while line:
        line = line[os.write(descriptor, line):]


def limit_resources():
    import resource

    # Source: "Lambda quotas": 1,024 file descriptors, 1,024 execution processes and threads.
    for kind in (resource.RLIMIT_NOFILE, resource.RLIMIT_NPROC):
        hard = resource.getrlimit(kind)[1]
        limit = 1024 if hard == resource.RLIM_INFINITY else min(1024, hard)
        resource.setrlimit(kind, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def prepare_logging(request):
    # Functions change this handler's level and format, so it has to be there.
    import logging

    class WithRequestId(logging.Filter):
        def filter(self, record):
            record.aws_request_id = request.request_id
            return True

    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(logging.Formatter(
        "[%(levelname)s]\t%(asctime)s.%(msecs)dZ\t%(aws_request_id)s\t%(message)s", "%Y-%m-%dT%H:%M:%S"))
    handler.formatter.converter = time.gmtime
    handler.addFilter(WithRequestId())
    logging.getLogger().addHandler(handler)


def prepare_path():
    version = "python%d.%d" % sys.version_info[:2]
    sys.path[0:0] = ["/var/task", "/opt/python/lib/%s/site-packages" % version, "/opt/python"]


def load_handler(name):
    import importlib

    module_name, dot, function = name.rpartition(".")
    if not dot:
        raise Fault("Runtime.MalformedHandlerName", "Bad handler '%s': it has no dot" % name)
    module_name = module_name.replace("/", ".")
    if module_name.split(".")[0] in sys.builtin_module_names:
        raise Fault("Runtime.BuiltInModuleConflict",
                    "Cannot use built-in module %s as a handler module" % module_name)
    try:
        module = importlib.import_module(module_name)
    except ImportError as error:
        raise Fault("Runtime.ImportModuleError",
                    "Unable to import module '%s': %s" % (module_name, error)) from error
    except SyntaxError as error:
        raise Fault("Runtime.UserCodeSyntaxError",
                    "Syntax error in module '%s': %s" % (module_name, error)) from error
    try:
        return getattr(module, function)
    except AttributeError:
        raise Fault("Runtime.HandlerNotFound",
                    "Handler '%s' missing on module '%s'" % (function, module_name)) from None


def to_json(result):
    """The answer's text. Lambda writes a Decimal digit by digit, which json cannot: a mark stands for it until the end."""
    import decimal
    import json
    import re

    digits = []

    def default(value):
        if isinstance(value, decimal.Decimal):
            digits.append("NaN" if value.is_nan() else str(value))
            return "\0%d\0" % (len(digits) - 1)
        raise TypeError("Object of type %s is not JSON serializable" % type(value).__name__)

    try:
        text = json.dumps(result, default=default, ensure_ascii=sys.version_info < (3, 12))
    except Exception as error:
        raise Fault("Runtime.MarshalError", "Unable to marshal response: %s" % error) from error
    return re.sub(r'"\\u0000(\d+)\\u0000"', lambda mark: digits[int(mark[1])], text) if digits else text


def check_size(text):
    if len(text.encode("utf-8", "surrogatepass")) > RESPONSE_LIMIT:
        raise Fault("Function.ResponseSizeTooLarge",
                    "Response payload size exceeded maximum allowed payload size (%d bytes)." % RESPONSE_LIMIT)


def stack_of(error, with_source_lines):
    """The stack below this file's own frames. Without source lines no source is opened, which a trace would see."""
    import traceback

    frames = [(frame, line) for frame, line in traceback.walk_tb(error.__traceback__)
              if frame.f_code.co_filename != __file__]
    summary = traceback.StackSummary.extract(iter(frames), lookup_lines=with_source_lines)
    if with_source_lines:
        return "".join(summary.format())
    return "".join('  File "%s", line %s, in %s\n' % (frame.filename, frame.lineno, frame.name) for frame in summary)


def error_record(error, request):
    fault = isinstance(error, Fault)
    cause = error.__cause__ if fault and error.__cause__ is not None else error
    try:
        message = str(error)
    except Exception:
        message = "<no message: its __str__ raised>"
    return {"type": error.error_type if fault else type(error).__name__, "message": message,
            "stack": stack_of(cause, request.with_source_lines == "1")}


def serve_event(handler, request, event, answer):
    import json

    start = time.perf_counter()
    try:
        result = handler(json.loads(event), LambdaContext(request))
        seconds = time.perf_counter() - start
        text = to_json(result)
        check_size(text)
        write_line(answer, {"result": text, "invoke": seconds})
    except SystemExit:
        raise
    except BaseException as error:
        # A runtime whose handler raised waits for the next event.
        write_line(answer, {"error": error_record(error, request), "init_failed": False,
                            "invoke": time.perf_counter() - start})


def serve(request, answer, tell):
    """The child: import, invoke, answer. Gives the exit status."""
    limit_resources()
    prepare_logging(request)
    prepare_path()
    start = time.perf_counter()
    try:
        handler = load_handler(request.handler)
        write_line(answer, {"init": time.perf_counter() - start})
        os.write(tell, b".")
        for request.request_id, event in request.events:
            serve_event(handler, request, event, answer)
    except SystemExit as error:
        status = error.code if isinstance(error.code, int) else int(error.code is not None)
        write_line(answer, {"exit": status & 0xFF})
        return status & 0xFF
    except BaseException as error:
        write_line(answer, {"error": error_record(error, request), "init_failed": True, "invoke": 0.0})
        return 1
    return 0


def flush():
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError, AttributeError):
            pass


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


def ends_in_time(child, initialised, request):
    """Waits for the child; false once a limit has passed."""
    import select

    # Not the pipe's end: a process that the function left behind holds it open too.
    ended = os.pidfd_open(child)
    # Lambda begins an init that takes longer anew, within the invocation's own time.
    ready, _, _ = select.select([ended, initialised], [], [], max(INIT_SECONDS, request.timeout))
    if not ready or ended in ready:
        return bool(ready)
    return bool(select.select([ended], [], [], request.timeout * len(request.events))[0])


def descendants(root):
    """Of process `root`, and itself, as far as they still hang together."""
    parents = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open("/proc/%s/stat" % name, "rb") as file:
                    parents[int(name)] = int(file.read().rpartition(b")")[2].split()[1])
            except OSError:
                pass  # it has just ended
    found = [root]
    for one in found:
        found += [process for process, parent in parents.items() if parent == one]
    return found


def memory_of(process):
    """Bytes that only this process holds: what files back can be dropped at any time, and counts for nobody."""
    try:
        with open("/proc/%d/status" % process, "rb") as file:
            lines = [line.split() for line in file if line.startswith((b"RssAnon:", b"RssShmem:"))]
    except OSError:
        return 0
    return sum(int(line[1]) for line in lines) * 1024


class MemoryWatch:
    """Kills the child once it and what it has started need more memory than the function has, as Lambda does."""

    def __init__(self, child, megabytes):
        import threading

        self.exceeded = False
        self._child = child
        self._limit = int(megabytes) * 1024 * 1024
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self):
        while True:
            time.sleep(MEMORY_INTERVAL_SECONDS)
            if sum(map(memory_of, descendants(self._child))) > self._limit:
                self.exceeded = True
                os.kill(self._child, 9)
                return


def files_in_tmp():
    """Path below /tmp -> SHA-256 of a file, "link to …"; what is neither is not told."""
    import hashlib
    import stat

    found = {}
    for folder, _, names in os.walk("/tmp"):
        for name in names:
            path = os.path.join(folder, name)
            told = os.fsencode(path[len("/tmp/"):]).decode("utf-8", "backslashreplace")
            try:
                if os.path.islink(path):
                    found[told] = "link to " + os.fsencode(os.readlink(path)).decode("utf-8", "backslashreplace")
                elif stat.S_ISREG(os.stat(path).st_mode):
                    with open(path, "rb") as file:
                        found[told] = hashlib.file_digest(file, "sha256").hexdigest() \
                            if hasattr(hashlib, "file_digest") else hashlib.sha256(file.read()).hexdigest()
            except OSError:
                found[told] = "not readable"
    return found


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


def is_over(ended):
    import select

    return bool(select.select([ended], [], [], 0)[0])


def main_with_client(request, answer, program=None):
    from runtime_api import RuntimeApi

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
    initialised, tell = os.pipe()
    tell = os.dup2(tell, HIGHEST, False)
    child = os.fork()
    if child:
        os.close(tell)
        memory = MemoryWatch(child, request.memory)
        timed_out = not ends_in_time(child, initialised, request)
        os._exit(report_end(child, answer, timed_out, False, memory, request))
    os.closerange(3, HIGHEST - 1)
    status = serve(request, answer, tell)
    flush()
    os._exit(status)


if __name__ == "__main__":
    main()
