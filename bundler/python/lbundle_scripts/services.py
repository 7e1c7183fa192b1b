"""Starts the servers that a function's events talk to, waits until they answer, and runs one command beside them.

Arguments: SPECIFICATION COMMAND ARGUMENT…

SPECIFICATION is a JSON file: {"logs": folder, "services": [{"command": [...], "folder": where it starts, "ready": URL or ""}]}. The
command gets all descriptors of this process, a server gets none. The output of each server goes to its own file in `logs`, numbered
in their order: 0.log, 1.log. Exit status: that of the command, or 128 + the signal's number. It is 123 if a server could not be
started; then stderr has one line of JSON: {"service": its number, "why": text}.

After the command's end the servers get SIGTERM, and one second later SIGKILL, together with all processes that they started. If
this process is killed, the kernel kills the servers. The servers have their own parent process, so that processes that the command
leaves behind are not mistaken for theirs. A process namespace would be simpler. But a sandbox with a namespace and its own /proc
does not let a second bubblewrap inside it mount another /proc.
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
# How long a server may take to answer for the first time, and how often it is asked.
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


def end_of(code):
    return "exit status %d" % code if code >= 0 else "signal %d" % -code


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
        for number, service in enumerate(specification["services"]):
            try:
                wait_until_ready(service, start(service, os.path.join(specification["logs"], "%d.log" % number)))
            except NotStarted as failure:
                print(json.dumps({"service": number, "why": str(failure)}), file=sys.stderr, flush=True)
                return
        os.write(report, b".")
        os.read(ended, 1)
    finally:
        end_all()


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
        code = subprocess.call(arguments[1:], close_fds=False)
    os.close(end)
    os.waitpid(keeper, 0)
    return code if code >= 0 else 128 - code
