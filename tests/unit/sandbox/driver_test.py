"""Tests the driver's package alone, without a sandbox: the request, the built-in loader, the limits and the Runtime API."""
import decimal
import json
import math
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

SANDBOX = pathlib.Path(__file__).resolve().parents[3] / "bundler/sandbox"
sys.path.insert(0, str(SANDBOX))

import driver  # noqa: E402
from lbundle_driver import loader, memory, numbers, own_code, records, runtime_api, settle  # noqa: E402


def request(events=("{}",), **changes):
    fields = {"handler": "h.handler", "name": "f", "memory": "128", "timeout": "3.0", "arn": "arn:f", "shown": "2000", "source": "0",
              "tmp": "0", "watched": "", "control": ""}
    fields.update(changes)
    ids = ",".join("id-%d" % i for i in range(len(events)))
    sizes = ",".join(str(len(event.encode())) for event in events)
    head = [fields["handler"], fields["name"], fields["memory"], fields["timeout"], ids, fields["arn"], fields["shown"], fields["source"],
            fields["tmp"], fields["watched"], fields["control"], sizes]
    return records.Request(b"\0".join(field.encode() for field in head) + b"\0" + "".join(events).encode())


class Records(unittest.TestCase):
    def test_each_event_has_its_bytes(self):
        asked = request(['{"a": "\u00e9"}', "", "[\0]"])
        self.assertEqual(asked.events, [("id-0", '{"a": "\u00e9"}'), ("id-1", ""), ("id-2", "[\0]")])
        self.assertEqual((asked.handler, asked.timeout, asked.request_id), ("h.handler", 3.0, "id-0"))
        self.assertEqual(asked.seconds_shown, 2.0)

    def test_services_settle_between_two_events(self):
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
            listener.bind("\0lbundle-driver-test-%d" % os.getpid())
            listener.listen(1)
            came = []

            def serve():
                with listener.accept()[0] as driver_side:
                    came.append(True)
                    driver_side.sendall(b"\n")

            serving = threading.Thread(target=serve)
            serving.start()
            settle.settle("lbundle-driver-test-%d" % os.getpid())
            serving.join()
        self.assertEqual(came, [True])
        settle.settle("")  # without services there is nobody to wait for

    def test_a_line_is_written_whole(self):
        out, into = os.pipe()
        reader = []
        listening = threading.Thread(target=lambda: reader.append(records.read_all(out)))
        listening.start()
        records.write_line(into, {"result": "x" * 300000})
        os.close(into)
        listening.join()
        self.assertEqual(json.loads(reader[0]), {"result": "x" * 300000})


class Loader(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        sys.path.insert(0, folder.name)
        self.addCleanup(sys.path.remove, folder.name)

    def load(self, setting, **modules):
        for name, text in modules.items():
            path = self.folder / (name.replace("__", "/") + ".py")
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
            self.addCleanup(sys.modules.pop, name.replace("__", "."), None)
        return loader.load_handler(setting)

    def test_it_is_found(self):
        self.assertEqual(self.load("one.run", one="def run(): return 1\n")(), 1)
        self.assertEqual(self.load("in/two.run", in__two="def run(): return 2\n")(), 2)

    def test_lambdas_names_for_what_is_amiss(self):
        for error_type, setting, modules in (
                ("Runtime.MalformedHandlerName", "nodot", {}),
                ("Runtime.BuiltInModuleConflict", "sys.exit", {}),
                ("Runtime.ImportModuleError", "not_there.run", {}),
                ("Runtime.ImportModuleError", "three.run", {"three": "import not_there_either\n"}),
                ("Runtime.UserCodeSyntaxError", "four.run", {"four": "def\n"}),
                ("Runtime.HandlerNotFound", "five.run", {"five": ""})):
            with self.subTest(error_type), self.assertRaises(loader.Fault) as caught:
                self.load(setting, **modules)
            self.assertEqual(caught.exception.error_type, error_type)

    def test_what_it_answers(self):
        self.assertEqual(loader.to_json({"n": decimal.Decimal("1.10"), "t": "\0" + "0"}), '{"n": 1.10, "t": "\\u00000"}')
        self.assertEqual(loader.to_json([decimal.Decimal("NaN"), math.nan]), "[NaN, NaN]")
        for wrong in ({1, 2}, b"bytes", object()):
            with self.assertRaises(loader.Fault) as caught:
                loader.to_json(wrong)
            self.assertEqual(caught.exception.error_type, "Runtime.MarshalError")
        loader.check_size("x" * loader.RESPONSE_LIMIT)
        with self.assertRaises(loader.Fault):
            loader.check_size("\u00e9" * (loader.RESPONSE_LIMIT // 2 + 1))

    def test_a_coroutine_is_no_answer(self):
        async def handler():
            return 1

        answer = handler()
        with self.assertRaises(loader.Fault) as caught:
            loader.to_json(answer)
        answer.close()
        self.assertIn("coroutine", str(caught.exception))

    def test_each_event_has_its_answer(self):
        out, into = os.pipe()
        tell_out, tell = os.pipe()
        (self.folder / "six.py").write_text("def run(event, context):\n    return 1 // event['n'], context.aws_request_id\n")
        self.addCleanup(sys.modules.pop, "six", None)
        asked = request(['{"n": 1}', '{"n": 0}', '{"n": 1}'], handler="six.run")
        import logging
        before = list(logging.getLogger().handlers)
        status = loader.serve(asked, into, tell)
        for handler in set(logging.getLogger().handlers) - set(before):
            logging.getLogger().removeHandler(handler)
        os.close(into)
        os.close(tell)
        os.close(tell_out)
        told = [json.loads(line) for line in records.read_all(out).splitlines()]
        self.assertEqual(status, 0)
        self.assertIn("init", told[0])
        self.assertEqual([record.get("result") for record in told[1:]], ['[1, "id-0"]', None, '[1, "id-2"]'])
        self.assertEqual(told[2]["error"]["type"], "ZeroDivisionError")
        self.assertIn("six.py", told[2]["error"]["stack"])


class OwnCode(unittest.TestCase):
    """What a watch finds, if a library calls the function or does not."""

    def found_none(self, source, call, own="own.py"):
        scope = {}
        exec(compile(source, own, "exec"), scope)
        watch = own_code.Watch([own])
        watch.start()
        call(scope)
        found = watch.found_none()
        self.assertIsNone(sys.gettrace())
        return found

    def test_a_call(self):
        source = "def run():\n    return 1\n"
        self.assertFalse(self.found_none(source, lambda scope: scope["run"]()))
        self.assertTrue(self.found_none(source, lambda scope: None))

    def test_a_module_and_a_class_body_are_imports(self):
        source = "def run():\n    exec(compile('class A:\\n    pass', 'own.py', 'exec'))\n"
        self.assertTrue(self.found_none("def used():\n    pass\n", lambda scope: exec(compile("class A:\n    pass", "own.py", "exec"))))
        self.assertFalse(self.found_none(source, lambda scope: scope["run"]()))

    def test_without_functions_nothing_can_run(self):
        self.assertFalse(self.found_none("x = 1\n", lambda scope: None, "data.py"))

    def test_a_thread(self):
        def call(scope):
            thread = threading.Thread(target=scope["run"])
            thread.start()
            thread.join()

        self.assertFalse(self.found_none("def run():\n    pass\n", call))

    def test_a_tool_that_traces_is_left_alone(self):
        def call(scope):
            sys.settrace(lambda *_: None)

        scope = {}
        exec(compile("def run():\n    pass\n", "own.py", "exec"), scope)
        watch = own_code.Watch(["own.py"])
        watch.start()
        call(scope)
        self.assertFalse(watch.found_none())
        self.assertIsNotNone(sys.gettrace())
        sys.settrace(None)

    def test_it_gives_up_after_many_calls(self):
        def call(scope):
            for _ in range(own_code.MOST_CALLS + 1):
                (lambda: None)()

        self.assertFalse(self.found_none("def run():\n    pass\n", call))

    def test_a_raised_error_ends_the_watch(self):
        class Client:
            @staticmethod
            def handle_event_request(error):
                raise error

        reported = []
        own_code.watch_client(Client, ["own.py"], lambda: reported.append(1))
        scope = {}
        exec(compile("def run():\n    pass\n", "own.py", "exec"), scope)
        with self.assertRaises(KeyError):
            Client.handle_event_request(KeyError("x"))
        self.assertEqual(reported, [1])
        self.assertIsNone(sys.gettrace())


class TimeLimits(unittest.TestCase):
    """Limits of the built-in loader, whose child reports each step."""

    def judged(self, steps, timeout, events):
        """Returns whether a child keeps its limits if loading, each event and its end take `steps` seconds."""
        out, into = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(out)
            for seconds in steps[:-1]:
                time.sleep(seconds)
                loader.report_step(into)
            time.sleep(steps[-1])
            os._exit(0)
        os.close(into)
        try:
            return driver.ends_in_time(child, out, request(["{}"] * events, timeout=str(timeout)))
        finally:
            os.kill(child, 9)
            os.waitpid(child, 0)
            os.close(out)

    def test_each_event_has_its_own(self):
        self.assertTrue(self.judged([0, 0.3, 0.3, 0.3, 0], 0.6, 3))
        # If the steps shared one limit, it would be 1.8 s.
        self.assertFalse(self.judged([0, 0, 0, 1.2, 0], 0.6, 3))
        self.assertFalse(self.judged([0, 1.2, 0, 0, 0], 0.6, 3))

    def test_the_end_counts(self):
        self.assertFalse(self.judged([0, 0, 1.5], 0.5, 1))
        self.assertTrue(self.judged([0, 0, 0.1], 0.5, 1))

    def test_a_child_that_ends_early_is_in_time(self):
        self.assertTrue(self.judged([0], 0.5, 3))

    def test_a_closed_pipe_is_no_event(self):
        closed = os.open("/dev/null", os.O_RDONLY)
        os.close(closed)
        loader.report_step(closed)


class Memory(unittest.TestCase):
    """What processes need together. Each prints a line when it is ready, and waits for the end of its input."""

    MB = 1 << 20

    def measured(self, code, limit=0):
        """Returns what a program and the processes that it leaves behind need, as `used` counts it above `limit`."""
        with subprocess.Popen([sys.executable, "-c", "import os, sys, mmap, signal\n" + code], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, start_new_session=True) as process:
            try:
                self.assertEqual(process.stdout.readline(), b"ready\n")
                session = [each for each in memory.all_parents() if self.session(each) == process.pid]
                return memory.used(session, limit) / self.MB
            finally:
                process.stdin.close()
                os.killpg(process.pid, 9)

    @staticmethod
    def session(process):
        try:
            return os.getsid(process)
        except OSError:
            return 0

    READY = "print('ready', flush=True)\nsys.stdin.read()\n"
    FORK = "for _ in range(3):\n    if os.fork() == 0:\n        signal.pause()\n"

    def test_a_page_that_processes_share_counts_once(self):
        shared = "kept = bytearray(os.urandom(1 << 20) * 64)\n" + self.FORK + self.READY
        self.assertLess(self.measured(shared), 110)
        self.assertGreater(self.measured(shared), 64)
        self.assertGreater(self.measured(shared, limit=1 << 40), 4 * 64, "below the limit, the quick measurement is enough")

    def test_pages_of_their_own_count_each(self):
        own = "for _ in range(3):\n    if os.fork() == 0:\n        kept = bytearray(os.urandom(1 << 20) * 64)\n" \
              "        os.write(into, b'.')\n        signal.pause()\nfor _ in range(3):\n    os.read(out, 1)\n"
        self.assertGreater(self.measured("out, into = os.pipe()\n" + own + self.READY), 3 * 64)

    def test_a_process_whose_parent_is_gone(self):
        daemon = "out, into = os.pipe()\nif os.fork() == 0:\n    if os.fork() == 0:\n        kept = bytearray(os.urandom(1 << 20) * 64)\n" \
                 "        os.write(into, b'.')\n        signal.pause()\n    os._exit(0)\nos.wait()\nos.read(out, 1)\n"
        self.assertGreater(self.measured(daemon + self.READY), 64)

    def test_a_file_in_memory_counts_once_mapped_or_not(self):
        for mapped in ("", "kept = mmap.mmap(file, 64 << 20)\nsum(kept[::4096])\n"):
            code = "file = os.memfd_create('x')\nfor _ in range(64):\n    os.write(file, bytes(1 << 20))\n" + mapped + self.FORK + self.READY
            with self.subTest(mapped):
                self.assertGreater(self.measured(code), 64)
                self.assertLess(self.measured(code), 110)

    def test_shared_memory_without_a_file(self):
        code = "kept = mmap.mmap(-1, 64 << 20)\nfor i in range(0, 64 << 20, 4096):\n    kept[i] = 1\n" + self.FORK + self.READY
        self.assertGreater(self.measured(code), 64)
        self.assertLess(self.measured(code), 110)

    def test_those_above_are_not_the_functions(self):
        parents = {1: 0, 2: 1, 4: 2, 10: 4, 11: 10, 12: 11, 13: 2, 14: 1}
        self.assertEqual(memory.others(parents, 10), [11, 12, 13, 14])

    def test_one_that_has_ended(self):
        ended = subprocess.Popen(["true"])
        ended.wait()
        self.assertEqual(memory.used([ended.pid], 0), 0)


class Numbers(unittest.TestCase):
    def test_a_number_that_is_too_low_is_given_to_no_one(self):
        first = os.fork()
        if first == 0:
            os._exit(0)
        os.waitpid(first, 0)
        child = numbers.fork_as(first + 5)
        if child == 0:
            os._exit(0 if os.getpid() >= first + 5 else 1)
        self.assertEqual(os.waitpid(child, 0)[1], 0)
        self.assertGreaterEqual(child, first + 5)

    def test_the_function_waits_for_its_parent(self):
        out, into = os.pipe()
        process = numbers.FunctionProcess()
        if process.number == 0:
            os.write(into, b"function")
            os._exit(0)
        time.sleep(0.2)
        os.write(into, b"parent ")
        process.start()
        os.waitpid(process.number, 0)
        self.assertEqual(os.read(out, 100), b"parent function")
        os.close(out)
        os.close(into)


class Http(unittest.TestCase):
    def test_chunks(self):
        self.assertEqual(runtime_api.unchunked(b"3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\nnext"), (b"abcde", b"next"))
        self.assertEqual(runtime_api.unchunked(b"3\r\nab"), (None, b"3\r\nab"))

    def test_text_of_an_answer(self):
        self.assertEqual(runtime_api.text_of(b'{"a": 1}'), '{"a": 1}')
        self.assertEqual(runtime_api.text_of(b"\xff"), '"base64:/w=="')
        self.assertEqual(runtime_api.text_of(b"no json"), '"base64:bm8ganNvbg=="')


class Api(unittest.TestCase):
    """One client on a thread; it behaves like a runtime's process."""

    def served(self, events, talk, **changes):
        told = []
        api = runtime_api.RuntimeApi(request(events, **changes), told.append)
        ended, end = os.pipe()
        port = int(api.address.split(":")[1])

        def run():
            with socket.create_connection(("127.0.0.1", port)) as stream:
                talk(stream)
            os.close(end)

        client = threading.Thread(target=run)
        client.start()
        in_time = api.serve(ended, 5)
        os.close(ended)
        api._listener.close()
        for connection in api._connections:
            connection.stream.close()
        client.join()
        return in_time, told

    @staticmethod
    def ask(stream, method, path, body=b""):
        stream.sendall(b"%s /2018-06-01/runtime/%s HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % (method, path, len(body)) + body)
        received = b""
        while b"\r\n\r\n" not in received:
            piece = stream.recv(65536)
            if not piece:
                return None, {}, b""
            received += piece
        head, _, rest = received.partition(b"\r\n\r\n")
        lines = head.decode().split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines[1:])
        while len(rest) < int(headers["Content-Length"]):
            rest += stream.recv(65536)
        return int(lines[0].split()[1]), headers, rest

    def test_events_in_their_order(self):
        seen = []

        def talk(stream):
            for _ in range(2):
                status, headers, body = self.ask(stream, b"GET", b"invocation/next")
                identity = headers["Lambda-Runtime-Aws-Request-Id"]
                seen.append((status, identity, body))
                self.ask(stream, b"POST", b"invocation/%s/response" % identity.encode(), b"[%s]" % body)
            stream.sendall(b"GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\n\r\n")
            time.sleep(0.2)

        in_time, told = self.served(["1", "2"], talk)
        self.assertTrue(in_time)
        self.assertEqual(seen, [(200, "id-0", b"1"), (200, "id-1", b"2")])
        self.assertEqual([record["result"] for record in told if "result" in record], ["[1]", "[2]"])
        self.assertEqual(sum("init" in record for record in told), 1)

    def test_an_answer_that_is_too_large(self):
        statuses = []

        def talk(stream):
            self.ask(stream, b"GET", b"invocation/next")
            body = b'"' + b"x" * runtime_api.RESPONSE_LIMIT + b'"'
            statuses.append(self.ask(stream, b"POST", b"invocation/id-0/response", body)[0])

        _, told = self.served(["1"], talk)
        self.assertEqual(statuses, [413])
        self.assertEqual(told[-1]["error"]["type"], "Function.ResponseSizeTooLarge")

    def test_an_init_that_fails_and_a_path_that_is_none(self):
        statuses = []

        def talk(stream):
            statuses.append(self.ask(stream, b"GET", b"elsewhere")[0])
            error = json.dumps({"errorType": "E", "errorMessage": "m", "stackTrace": ["a\n", "b\n"]}).encode()
            statuses.append(self.ask(stream, b"POST", b"init/error", error)[0])

        _, told = self.served(["1"], talk)
        self.assertEqual(statuses, [404, 202])
        self.assertEqual(told[-1]["error"], {"type": "E", "message": "m", "stack": "a\nb\n"})
        self.assertTrue(told[-1]["init_failed"])

    def test_a_runtime_that_is_silent(self):
        def talk(stream):
            self.ask(stream, b"GET", b"invocation/next")
            time.sleep(0.6)

        in_time, told = self.served(["1"], talk, timeout="0.2")
        self.assertFalse(in_time)
        self.assertFalse([record for record in told if "result" in record])


if __name__ == "__main__":
    unittest.main()
