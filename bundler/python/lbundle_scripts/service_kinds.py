"""The servers that lbundle itself knows how to start: `kind` of [[sandbox.service]].

Each has a `name`, and start(), which throws NotStarted; written(), what was written to it since it was ready, or since the last
reset(), as JSON; and reset(), which makes the state that it had at its start again, if the server can do so under open connections.
"""
import json
import socket
import subprocess

from lbundle_scripts.service_environment import server_environment
from lbundle_scripts.service_log import NotStarted, end_of

PATIENCE_SECONDS = 60.0


def server_of(service, log, in_child):
    """`service` is an object of the specification; `in_child` is called in each process before its program starts."""
    if service["kind"] == "aws":
        return Aws(service, log, in_child)
    from lbundle_scripts.service_databases import database_of

    return database_of(service, log, in_child)


class Aws:
    """moto's server. It has a process and an interpreter of its own: see service_aws.py."""

    def __init__(self, service, log, in_child):
        self.name = service["name"]
        self._command, self._log, self._in_child = service["command"], log, in_child

    def start(self):
        here, there = socket.socketpair()
        with open(self._log, "wb") as output:
            self._process = subprocess.Popen([*self._command, str(there.fileno())], stdin=subprocess.DEVNULL, stdout=output,
                                             stderr=subprocess.STDOUT, pass_fds=[there.fileno()], preexec_fn=self._in_child,
                                             env=server_environment())
        there.close()
        here.settimeout(PATIENCE_SECONDS)
        self._control, self._lines = here, here.makefile("r", encoding="utf-8")
        reply = self._reply()
        if "failed" in reply:
            raise NotStarted(reply["failed"])

    def _reply(self):
        try:
            line = self._lines.readline()
        except OSError:
            raise NotStarted("it did not answer within %d s" % PATIENCE_SECONDS) from None
        if not line:
            raise NotStarted("it ended with %s" % end_of(self._process.wait()))
        return json.loads(line)

    def _ask(self, word):
        self._control.sendall(word.encode() + b"\n")
        reply = self._reply()
        if "failed" in reply:
            raise RuntimeError(reply["failed"])
        return reply

    def written(self):
        return self._ask("written")

    def reset(self):
        self._ask("reset")
