"""Serves events if AWS's client for Python is not there, in the same way: load, call, marshal, with Lambda's names for errors."""
import os
import sys
import time

from lbundle_driver.own_code import Watch
from lbundle_driver.records import write_line
from lbundle_driver.settle import settle

# Source: "Lambda quotas", invocation payload of 6 MB. The exact number is from Lambda's own message.
RESPONSE_LIMIT = 6291556


class Fault(Exception):
    """An error that the runtime itself detects, with Lambda's name for it."""

    def __init__(self, error_type, message):
        super().__init__(message)
        self.error_type = error_type


class CognitoIdentity:
    cognito_identity_id = None
    cognito_identity_pool_id = None


class LambdaContext:
    def __init__(self, request):
        self._deadline = time.monotonic() + request.seconds_shown
        self.aws_request_id = request.request_id
        self.function_name = request.function_name
        self.function_version = os.environ.get("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
        self.invoked_function_arn = request.arn
        self.memory_limit_in_mb = os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", request.memory)
        self.log_group_name = os.environ.get("AWS_LAMBDA_LOG_GROUP_NAME")
        self.log_stream_name = os.environ.get("AWS_LAMBDA_LOG_STREAM_NAME")
        self.client_context = None
        self.identity = CognitoIdentity()

    def get_remaining_time_in_millis(self):
        return max(0, int((self._deadline - time.monotonic()) * 1000))

    def log(self, message):
        sys.stdout.write(str(message))


def prepare_logging(request):
    # Functions change the level and format of this handler, so it must exist.
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
    """Returns the answer as JSON text. Lambda writes a Decimal digit by digit, which json cannot do, so marks represent them
    until the end."""
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
    """Returns the stack without this file's own frames. Without source lines, it opens no source; a trace would see that."""
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


def serve_event(handler, request, event, answer, watch):
    import json

    start = time.perf_counter()
    if watch:
        watch.start()
    try:
        result = handler(json.loads(event), LambdaContext(request))
        seconds = time.perf_counter() - start
        text = to_json(result)
        check_size(text)
        write_line(answer, {"result": text, "invoke": seconds})
    except SystemExit:
        raise
    except BaseException as error:
        # A runtime whose handler raised still waits for the next event.
        write_line(answer, {"error": error_record(error, request), "init_failed": False,
                            "invoke": time.perf_counter() - start})
    if watch and watch.found_none():
        write_line(answer, {"own_code": False})


def report_step(steps):
    try:
        os.write(steps, b".")
    except OSError:
        pass  # a function may close every descriptor; the parent then gives what is left the time of one event


def serve(request, answer, steps):
    """Runs in the child: imports, invokes and answers. Reports each step. Returns the exit status."""
    prepare_logging(request)
    start = time.perf_counter()
    try:
        handler = load_handler(request.handler)
        write_line(answer, {"init": time.perf_counter() - start})
        report_step(steps)
        watch = Watch(request.watched) if request.watched else None
        for number, (request.request_id, event) in enumerate(request.events):
            if number:
                settle(request.control)
            serve_event(handler, request, event, answer, watch)
            report_step(steps)
    except SystemExit as error:
        status = error.code if isinstance(error.code, int) else int(error.code is not None)
        write_line(answer, {"exit": status & 0xFF})
        return status & 0xFF
    except BaseException as error:
        write_line(answer, {"error": error_record(error, request), "init_failed": True, "invoke": 0.0})
        return 1
    return 0
