"""Redis: its program, its protocol, and what is in its databases."""
import base64
import os
import signal
import socket

PORT = 6379
# For each type of value, the command that returns all of it. Source: Redis' documentation, Commands.
READ_ALL = {"string": ("GET",), "list": ("LRANGE", "0", "-1"), "set": ("SMEMBERS",), "zset": ("ZRANGE", "0", "-1", "WITHSCORES"),
            "hash": ("HGETALL",), "stream": ("XRANGE", "-", "+")}


class Redis:
    def __init__(self, service):
        self._programs = service["programs"]

    def make(self, data, run):
        os.makedirs(data)

    def command(self, data):
        return [os.path.join(self._programs, "redis-server"), "--bind", "127.0.0.1", "--port", str(PORT), "--save", "", "--appendonly",
                "no", "--dir", data]

    def is_ready(self):
        try:
            with Connection() as connection:
                return connection.ask("PING") == b"PONG"
        except (OSError, RuntimeError):
            return False

    def ask_to_stop(self, process):
        with Connection() as connection:
            connection.ask("SAVE")
        process.send_signal(signal.SIGTERM)

    def seed(self, files):
        from lbundle_scripts.service_databases import run_client

        for path in files:
            with open(path, encoding="utf-8") as file:
                run_client([os.path.join(self._programs, "redis-cli"), "-e", "-h", "127.0.0.1", "-p", str(PORT)], file.read())

    def state(self):
        found = {}
        with Connection() as connection:
            for line in connection.ask("INFO", "keyspace").decode().splitlines():
                if not line.startswith("db"):
                    continue
                number = line[2:line.index(":")]
                connection.ask("SELECT", number)
                found["database " + number] = {printable(key): value_of(connection, key) for key in connection.ask("KEYS", "*")}
        return found


def value_of(connection, key):
    """Returns a value as JSON, with {"expires": true} if it does not stay. When it expires depends on the time."""
    kind = connection.ask("TYPE", key).decode()
    command = READ_ALL.get(kind)
    content = connection.ask(command[0], key, *command[1:]) if command else connection.ask("DUMP", key)
    described = {kind: shaped(kind, content)}
    if connection.ask("PTTL", key) >= 0:
        described["expires"] = True
    return described


def shaped(kind, content):
    if kind == "set":
        return sorted(map(printable, content))
    if kind in ("hash", "zset"):
        return {printable(name): printable(value) for name, value in zip(content[::2], content[1::2])}
    if kind == "stream":
        # The ids of entries are times.
        return [printable(fields) for _, fields in content]
    return printable(content)


def printable(value):
    if isinstance(value, list):
        return [printable(each) for each in value]
    if not isinstance(value, bytes):
        return value
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return "base64:" + base64.b64encode(value).decode()


class Connection:
    """One connection, in the protocol RESP2."""

    def __enter__(self):
        self._socket = socket.create_connection(("127.0.0.1", PORT), timeout=10)
        self._reader = self._socket.makefile("rb")
        return self

    def __exit__(self, *_):
        self._reader.close()
        self._socket.close()

    def ask(self, *words):
        pieces = [word if isinstance(word, bytes) else word.encode() for word in words]
        self._socket.sendall(b"*%d\r\n" % len(pieces) + b"".join(b"$%d\r\n%s\r\n" % (len(piece), piece) for piece in pieces))
        return self._reply()

    def _reply(self):
        line = self._reader.readline()
        kind, rest = line[:1], line[1:].rstrip(b"\r\n")
        if kind == b"-":
            raise RuntimeError(rest.decode("utf-8", "replace"))
        if kind == b":":
            return int(rest)
        if kind == b"$":
            return self._reader.read(int(rest) + 2)[:-2] if int(rest) >= 0 else None
        if kind == b"*":
            return [self._reply() for _ in range(int(rest))]
        return rest
