"""Starts the servers that a function's events talk to, waits until they answer, and runs one command beside them.

Arguments: SPECIFICATION COMMAND ARGUMENT…

SPECIFICATION is a JSON file: {"logs": folder, "services": [{"command": [...], "folder": where it starts, "ready": URL or ""}]}.
The command gets all of this process's descriptors, a server none of them. What a server says goes to a file of its own in
`logs`, in their order: 0.log, 1.log. Exit status: the command's, or 128 + the signal's number; 123 where a server could not be
started, with one line of JSON on stderr: {"service": its number, "why": text}.

The servers are sent SIGTERM after the command's end, and SIGKILL a second later, with all that they have started; where this
process is killed, the kernel kills the servers. They have a parent of their own, so that what the command leaves behind is none of
theirs. A process namespace would do that more simply, but with its own /proc in one bubblewrap lets no second sandbox mount
another.
"""
import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

FAILED = 123
# As long as a server may take to answer for the first time, and how often it is asked.
PATIENCE_SECONDS = 60.0
INTERVAL_SECONDS = 0.05
TIME_TO_END_SECONDS = 1.0
# Source: prctl(2), linux/prctl.h.
PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36

prctl = ctypes.CDLL(None).prctl


class NotStarted(Exception):
    pass


def start(service, log):
    with open(log, "wb") as output:
        try:
            return subprocess.Popen(service["command"], cwd=service["folder"], stdin=subprocess.DEVNULL, stdout=output,
                                    stderr=subprocess.STDOUT,
                                    preexec_fn=lambda: prctl(PR_SET_PDEATHSIG, signal.SIGKILL))
        except OSError as error:
            raise NotStarted("it cannot be run: %s" % error.strerror) from error


def answers(url):
    """Whether somebody is there; to an HTTP server any status is an answer."""
    place = urllib.parse.urlsplit(url)
    if place.scheme == "tcp":
        try:
            socket.create_connection((place.hostname, place.port), timeout=1).close()
            return True
        except OSError:
            return False
    # Whatever proxy this machine's environment names, it leads out of here.
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


def end_of(code):
    return "exit status %d" % code if code >= 0 else "signal %d" % -code


def children():
    with open("/proc/self/task/%d/children" % os.getpid(), encoding="ascii") as file:
        return [int(word) for word in file.read().split()]


def end_all():
    """Whatever a server has started becomes a child of this process when the server ends."""
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


def keep(specification, tell, told):
    """The servers' own parent: starts them, says so, and ends them once `told` is closed."""
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    # What a server leaves behind comes here, and what the command leaves behind does not: an engine's is its own to end.
    prctl(PR_SET_CHILD_SUBREAPER, 1)
    try:
        for number, service in enumerate(specification["services"]):
            try:
                wait_until_ready(service, start(service, os.path.join(specification["logs"], "%d.log" % number)))
            except NotStarted as failure:
                print(json.dumps({"service": number, "why": str(failure)}), file=sys.stderr, flush=True)
                return
        os.write(tell, b".")
        os.read(told, 1)
    finally:
        end_all()


def main(arguments):
    with open(arguments[0], encoding="utf-8") as file:
        specification = json.load(file)
    ready, tell = os.pipe()
    told, end = os.pipe()
    keeper = os.fork()
    if keeper == 0:
        os.close(ready)
        os.close(end)
        try:
            keep(specification, tell, told)
        finally:
            os._exit(0)
    os.close(tell)
    os.close(told)
    code = FAILED
    if os.read(ready, 1):
        os.close(ready)
        code = subprocess.call(arguments[1:], close_fds=False)
    os.close(end)
    os.waitpid(keeper, 0)
    return code if code >= 0 else 128 - code
