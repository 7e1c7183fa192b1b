"""Starts the servers that a function's events talk to, waits until they answer, and runs one command beside them.

Arguments: SPECIFICATION COMMAND ARGUMENT…

SPECIFICATION is a JSON file: {"logs": folder, "control": NAME or "", "filter": the file of a seccomp filter, "services": [...]}. A service is {"command": [...], "folder":
where it starts, "ready": URL or ""}, or one of a known kind (service_kinds.py), which also says what was written to it. The
command gets all descriptors of this process, a server gets none. The output of each server goes to its own file in `logs`, numbered
in their order: 0.log, 1.log. Exit status: that of the command, or 128 + the signal's number. It is 123 if a server could not be
started; then stderr has one line of JSON: {"service": its number, "why": text}.

With services of a known kind, what an event wrote is left in `logs`: written-0.json after the first event, written-1.json after the
second, and so on: {name of the service: what was written, ...}, or {"service": number, "failed": why}. The last one is made when the
command has ended. Before each other one the driver (lbundle_driver/settle.py) connects to the abstract socket NAME, and the next event
starts when it gets a line back. The socket is in the network namespace, so it needs no path that both sides see.

After the command's end the servers get SIGTERM, and one second later SIGKILL, together with all processes that they started. If
this process is killed, the kernel kills the servers. The servers have their own parent process, so that processes that the command
leaves behind are not mistaken for theirs. A process namespace would be simpler. But a sandbox with a namespace and its own /proc
does not let a second bubblewrap inside it mount another /proc.
"""
import ctypes
import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

from lbundle_scripts.service_log import NotStarted, end_of

FAILED = 123
# How long a server may take to answer for the first time, and how often it is asked.
PATIENCE_SECONDS = 60.0
INTERVAL_SECONDS = 0.05
TIME_TO_END_SECONDS = 1.0
# Source: prctl(2), linux/prctl.h.
PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
PR_SET_SECCOMP = 22
PR_SET_NO_NEW_PRIVS = 38
SECCOMP_MODE_FILTER = 2
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_CLEAR_ALL = 4

prctl = ctypes.CDLL(None).prctl


def start(service, log):
    with open(log, "wb") as output:
        try:
            return subprocess.Popen(service["command"], cwd=service["folder"], stdin=subprocess.DEVNULL, stdout=output,
                                    stderr=subprocess.STDOUT,
                                    preexec_fn=end_with_parent)
        except OSError as error:
            raise NotStarted("it cannot be run: %s" % error.strerror) from error


def answers(url):
    """True if a server answers at `url`. Any status of an HTTP server counts as an answer."""
    place = urllib.parse.urlsplit(url)
    if place.scheme == "tcp":
        try:
            socket.create_connection((place.hostname, place.port), timeout=1).close()
            return True
        except OSError:
            return False
    # No proxy is used: one that the environment names leads out of this machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        opener.open(url, timeout=1).close()
        return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def wait_until_ready(service, process):
    end = time.monotonic() + PATIENCE_SECONDS
    while True:
        if process.poll() is not None:
            raise NotStarted("it ended with %s" % end_of(process.returncode))
        if not service["ready"] or answers(service["ready"]):
            return
        if time.monotonic() > end:
            raise NotStarted("nothing answers at %s within %d s" % (service["ready"], PATIENCE_SECONDS))
        time.sleep(INTERVAL_SECONDS)


def drop_capabilities():
    """A server may listen on a low port, and bubblewrap refuses to run with that capability."""
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)


def children():
    with open("/proc/self/task/%d/children" % os.getpid(), encoding="ascii") as file:
        return [int(word) for word in file.read().split()]


def end_all():
    """Ends all servers. What a server has started becomes a child of this process when the server ends, so it is ended too."""
    end = time.monotonic() + TIME_TO_END_SECONDS
    for child in children():
        os.kill(child, signal.SIGTERM)
    while True:
        try:
            if os.waitpid(-1, os.WNOHANG)[0]:
                continue
        except ChildProcessError:
            return
        if time.monotonic() > end:
            for child in children():
                os.kill(child, signal.SIGKILL)
        time.sleep(INTERVAL_SECONDS / 5)


def keep(specification, report, ended):
    """The servers' parent process: starts them, reports that they are ready, and ends them when `ended` is closed."""
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    # Processes that a server leaves behind become children of this process. What the command leaves behind does not: a container
    # engine's processes, for example, are its own to end.
    prctl(PR_SET_CHILD_SUBREAPER, 1)
    try:
        known = []
        for number, service in enumerate(specification["services"]):
            log = os.path.join(specification["logs"], "%d.log" % number)
            try:
                if "kind" in service:
                    known.append((number, start_known(service, log, specification["filter"])))
                else:
                    wait_until_ready(service, start(service, log))
            except NotStarted as failure:
                print(json.dumps({"service": number, "why": str(failure)}), file=sys.stderr, flush=True)
                return
        attend(Recorder(known, specification["logs"]), specification.get("control"), report, ended)
    finally:
        end_all()


def start_known(service, log, filter_file):
    from lbundle_scripts.service_kinds import server_of

    with open(filter_file, "rb") as file:
        program = FilterProgram(file.read())

    def in_child():
        end_with_parent()
        program.install()

    # Databases that root starts become another user in a namespace of their own, which the filter refuses.
    server = server_of(service, log, in_child if service["kind"] == "aws" else end_with_parent)
    server.start()
    return server


class FilterProgram:
    """A seccomp filter: an array of struct sock_filter, of 8 bytes each (linux/filter.h)."""

    class Header(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p)]

    def __init__(self, content):
        self._content = ctypes.create_string_buffer(content, len(content))
        self._header = self.Header(len(content) // 8, ctypes.addressof(self._content))

    def install(self):
        prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        if prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(self._header)) != 0:
            raise OSError("the filter cannot be installed")


def end_with_parent():
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Recorder:
    """Writes down what each event wrote to the services of a known kind."""

    def __init__(self, known, folder):
        self._known, self._folder, self._count = known, folder, 0

    def record(self):
        if not self._known:
            return
        written = {}
        for number, server in self._known:
            try:
                written[server.name] = server.written()
            except Exception as failure:
                written = {"service": number, "failed": str(failure) or type(failure).__name__}
                break
        with open(os.path.join(self._folder, "written-%d.json" % self._count), "w", encoding="utf-8") as file:
            json.dump(written, file, sort_keys=True)
        self._count += 1

    def reset(self):
        for _, server in self._known:
            server.reset()


def attend(recorder, control, report, ended):
    """Reports that the servers are ready. Then records what each event wrote, until `ended` is closed."""
    listener = None
    if control:
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listener.bind("\0" + control)
        listener.listen(1)
    os.write(report, b".")
    while listener:
        ready, _, _ = select.select([ended, listener], [], [])
        if ended in ready:
            break
        with listener.accept()[0] as driver:
            recorder.record()
            recorder.reset()
            driver.sendall(b"\n")
    os.read(ended, 1)
    recorder.record()


def main(arguments):
    with open(arguments[0], encoding="utf-8") as file:
        specification = json.load(file)
    ready, report = os.pipe()
    ended, end = os.pipe()
    keeper = os.fork()
    if keeper == 0:
        os.close(ready)
        os.close(end)
        try:
            keep(specification, report, ended)
        finally:
            os._exit(0)
    os.close(report)
    os.close(ended)
    code = FAILED
    if os.read(ready, 1):
        os.close(ready)
        code = subprocess.call(arguments[1:], close_fds=False, preexec_fn=drop_capabilities)
    os.close(end)
    os.waitpid(keeper, 0)
    return code if code >= 0 else 128 - code
