"""Serves Lambda's Runtime API to one runtime process, on the sandbox's loopback.

Source: "Using the Lambda runtime API for custom runtimes", AWS Lambda developer guide, and the OpenAPI document beside it.
"""
import base64
import json
import os
import select
import socket
import time

from lbundle_driver.settle import settle

PREFIX = "/2018-06-01/runtime/"
# Source: "Lambda quotas", invocation payload of 6 MB. The exact number is from Lambda's own message.
RESPONSE_LIMIT = 6291556
# How long a runtime that has answered may take to ask for the next event.
LINGER_SECONDS = 1.0

REASONS = {200: "OK", 202: "Accepted", 400: "Bad Request", 403: "Forbidden", 404: "Not Found",
           413: "Payload Too Large"}


class LongBody:
    """A body that is longer than Lambda takes. Only its length is kept."""

    def __init__(self, length):
        self._length = length

    def __len__(self):
        return self._length

    def decode(self, *_):
        return "a text of %d bytes" % self._length


class HttpRequest:
    def __init__(self, method, path, headers, body):
        self.method, self.path, self.headers, self.body = method, path, headers, body


class Connection:
    """One client's connection. It receives bytes and returns whole requests."""

    def __init__(self, stream):
        self.stream = stream
        self.received = b""
        self.last = False       # no request will follow this one
        self.continued = False  # the client was asked to send the body
        self.long = None        # a request whose body is not kept
        self.to_come = 0        # bytes of that body that have not arrived

    def fileno(self):
        return self.stream.fileno()

    def receive(self):
        """Reads what has arrived. False at the end of the connection."""
        try:
            piece = self.stream.recv(1 << 20)
        except OSError:
            return False
        if self.long:
            self.to_come -= len(piece)
            piece_left = piece[self.to_come:] if self.to_come < 0 else b""
            self.received += piece_left
        else:
            self.received += piece
        return bool(piece)

    def next_request(self):
        """Returns the next whole request, or None until more bytes have arrived."""
        if self.long:
            if self.to_come > 0:
                return None
            request, self.long = self.long, None
            return request
        head, separator, rest = self.received.partition(b"\r\n\r\n")
        if not separator:
            return None
        lines = head.decode("latin-1").split("\r\n")
        method, path, version = lines[0].split(" ", 2)
        headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(":")
            headers[name.strip().lower()] = value.strip()
        if headers.get("transfer-encoding", "").lower() == "chunked":
            body, rest = unchunked(rest)
            if body is None and len(rest) > 2 * RESPONSE_LIMIT:
                body, rest, headers["connection"] = LongBody(len(rest)), b"", "close"
        else:
            length = int(headers.get("content-length", "0"))
            if length > RESPONSE_LIMIT:
                self._continue(headers)
                self.long, self.to_come = HttpRequest(method, path, headers, LongBody(length)), length - len(rest)
                self.received, self.continued = rest[length:], False
                return self.next_request()
            body, rest = (rest[:length], rest[length:]) if len(rest) >= length else (None, rest)
        if body is None:
            self._continue(headers)
            return None
        self.received, self.continued = rest, False
        wish = headers.get("connection", "").lower()
        self.last = "close" in wish or (version == "HTTP/1.0" and "keep-alive" not in wish)
        return HttpRequest(method, path, headers, body)

    def _continue(self, headers):
        # curl asks before it sends a large body, and waits for a second if nobody answers.
        if not self.continued and headers.get("expect", "").lower() == "100-continue":
            self.continued = True
            self._send(b"HTTP/1.1 100 Continue\r\n\r\n")

    def reply(self, status, body=b"", headers=()):
        lines = ["HTTP/1.1 %d %s" % (status, REASONS[status]), "Content-Type: application/json",
                 "Content-Length: %d" % len(body)]
        lines += ["%s: %s" % header for header in headers]
        # Simple clients ask for the end of the connection, and read until it.
        lines += ["Connection: close"] if self.last else []
        self._send("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body, self.last)

    def _send(self, text, last=False):
        try:
            self.stream.sendall(text)
            if last:
                self.stream.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # the runtime is gone; its end is seen elsewhere


def unchunked(encoded):
    """Returns the decoded body and the bytes after it. Until the last chunk has arrived, returns None and all bytes."""
    body, at = b"", 0
    while True:
        end = encoded.find(b"\r\n", at)
        if end < 0:
            return None, encoded
        size = int(encoded[at:end].split(b";")[0], 16)
        start = end + 2
        if len(encoded) < start + size + 2:
            return None, encoded
        if size == 0:
            return body, encoded[start + 2:]
        body += encoded[start:start + size]
        at = start + size + 2


def text_of(body):
    """Returns the answer as JSON text. An answer of raw bytes becomes a JSON string."""
    try:
        text = body.decode("utf-8")
        json.loads(text)
        return text
    except ValueError:
        return json.dumps("base64:" + base64.b64encode(body).decode())


def error_of(body):
    try:
        record = json.loads(body)
        return {"type": str(record.get("errorType", "")), "message": str(record.get("errorMessage", "")),
                "stack": "".join(map(str, record.get("stackTrace") or [])) or "\n".join(map(str, record.get("trace") or []))}
    except (ValueError, AttributeError, TypeError):
        return {"type": "Runtime.Unknown", "message": body.decode("utf-8", "replace"), "stack": ""}


class RuntimeApi:
    """Serves the events of a request to one process. `write` gets the records that the docstring of driver.py describes."""

    def __init__(self, request, write):
        self._request = request
        self._write = write
        self._listener = self._listen()
        self._connections = []
        self._start = time.perf_counter()
        self._given = 0         # number of events given
        self._invoked = None    # the time at which the last event was given
        self._answered = False  # the time of its answer or error; false before
        self._waiting = False   # the runtime asked for another event

    @staticmethod
    def _listen():
        # Lambda's port, unless the sandbox shares a network in which another process has that port.
        for port in (9001, 0):
            try:
                return socket.create_server(("127.0.0.1", port))
            except OSError:
                if port == 0:
                    raise

    @property
    def address(self):
        return "127.0.0.1:%d" % self._listener.getsockname()[1]

    def serve(self, ended, init_seconds):
        """Serves until the process whose pidfd is `ended` ends, or has answered all events. False if a time limit passed."""
        while not self._waiting:
            left = self._seconds_left(init_seconds)
            ready, _, _ = select.select([ended, self._listener, *self._connections], [], [], max(0.0, left))
            if ended in ready:
                return True
            if not ready:
                return self._answered
            for one in ready:
                self._attend(one)
        return True

    def _seconds_left(self, init_seconds):
        if self._answered:
            limit, since = LINGER_SECONDS, self._answered
        elif self._invoked is None:
            limit, since = init_seconds, self._start
        else:
            limit, since = self._request.timeout, self._invoked
        return since + limit - time.perf_counter()

    def _attend(self, one):
        if one is self._listener:
            self._connections.append(Connection(self._listener.accept()[0]))
            return
        open_ = one.receive()
        while (request := one.next_request()) is not None:
            self._dispatch(one, request)
        if not open_:
            self._connections.remove(one)

    def _dispatch(self, connection, request):
        path = request.path[len(PREFIX):] if request.path.startswith(PREFIX) else ""
        invocation = "invocation/%s/" % self._request.request_id
        if (request.method, path) == ("GET", "invocation/next"):
            self._next(connection)
        elif (request.method, path) == ("POST", invocation + "response"):
            self._response(connection, request)
        elif (request.method, path) == ("POST", invocation + "error"):
            self._error(connection, request, init=False)
        elif (request.method, path) == ("POST", "init/error"):
            self._error(connection, request, init=True)
        else:
            connection.reply(404, b'{"errorType": "NotFound"}')

    def _next(self, connection):
        if self._given == len(self._request.events) or (self._given and not self._answered):
            self._waiting = True  # the request gets no reply
            return
        if self._given:
            settle(self._request.control)
        now = time.perf_counter()
        if not self._given:
            self._write({"init": now - self._start})
        self._request.request_id, event = self._request.events[self._given]
        self._given += 1
        self._invoked, self._answered = now, False
        deadline = int((time.time() + self._request.seconds_shown) * 1000)
        # transport.js knows it; any other client of the Runtime API skips headers that it does not know.
        watch = [("Lbundle-Watch", "own-code")] if self._request.watched else []
        connection.reply(200, event.encode("utf-8", "surrogateescape"), watch + [
            ("Lambda-Runtime-Aws-Request-Id", self._request.request_id),
            ("Lambda-Runtime-Deadline-Ms", deadline),
            ("Lambda-Runtime-Invoked-Function-Arn", self._request.arn),
            ("Lambda-Runtime-Trace-Id", os.environ.get("_X_AMZN_TRACE_ID", "")),
        ])

    def _answer(self, record):
        if self._answered:
            return
        now = time.perf_counter()
        self._answered = now
        self._write({**record, "invoke": now - self._invoked if self._invoked else 0.0})

    def _note_own_code(self, request):
        if request.headers.get("lbundle-own-code") == "none":
            self._write({"own_code": False})

    def _response(self, connection, request):
        self._note_own_code(request)
        if request.headers.get("lambda-runtime-function-response-mode") == "streaming":
            connection.reply(400, b'{"errorType": "StreamingNotSupported"}')
            self._answer({"error": {"type": "Runtime.StreamingNotSupported", "stack": "",
                                    "message": "lbundle cannot compare streamed responses"}})
        elif len(request.body) > RESPONSE_LIMIT:
            connection.reply(413, b'{"errorType": "RequestEntityTooLarge"}')
            self._answer({"error": {
                "type": "Function.ResponseSizeTooLarge", "stack": "",
                "message": "Response payload size (%d bytes) exceeded maximum allowed payload size (%d bytes)."
                           % (len(request.body), RESPONSE_LIMIT)}})
        else:
            connection.reply(202, b'{"status": "OK"}')
            self._answer({"result": text_of(request.body)})

    def _error(self, connection, request, init):
        self._note_own_code(request)
        connection.reply(202, b'{"status": "OK"}')
        self._answer({"error": error_of(request.body), "init_failed": init})
