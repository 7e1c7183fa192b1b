#!/usr/bin/env python3
"""A traced program must not notice the tracer: status, signals, streams, descriptors, environment, time limits. Also what the tracer
does when it cannot trace. Each test is a function whose name says what must hold."""

import argparse
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import termios
import time
import traceback
from pathlib import Path

from access_log import AccessLog


class Bench:
    """The tracer under test, and a folder to work in."""

    def __init__(self, tracer, method):
        self.tracer, self.method = os.path.abspath(tracer), method
        self.folder = Path(os.path.realpath(tempfile.mkdtemp(prefix="lbundle-trace-behaviour-")))
        self.folder.chmod(0o755)
        self.log = self.folder / "log"

    def argv(self, *command, options=()):
        return [self.tracer, "--method", self.method, "--log", str(self.log), *options, "--", *command]

    def run(self, *command, options=(), **more):
        return subprocess.run(self.argv(*command, options=options), capture_output=True, timeout=60, **more)

    def start(self, *command, options=(), **more):
        return subprocess.Popen(self.argv(*command, options=options), stdout=subprocess.PIPE, **more)


def not_run(why):
    """Skips a test. If LBUNDLE_TEST_NO_SKIP says that all tests must run, it fails instead."""
    assert os.environ.get("LBUNDLE_TEST_NO_SKIP") != "1", why
    print("  not run: " + why)


def is_alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def wait_until_gone(pid):
    for _ in range(300):
        if not is_alive(pid):
            return
        time.sleep(0.01)
    raise AssertionError(f"process {pid} is still there")


def test_exit_status_is_the_commands_own(bench):
    for status in (0, 1, 77, 124, 125, 255):
        assert bench.run("sh", "-c", f"exit {status}").returncode == status


def test_death_by_signal_is_the_same_death(bench):
    for number in (signal.SIGTERM, signal.SIGKILL, signal.SIGSEGV, signal.SIGPIPE, signal.SIGALRM):
        assert bench.run("sh", "-c", f"kill -{int(number)} $$").returncode == -number
    assert AccessLog(bench.log).of("exit")[-1]["signal"] == signal.SIGALRM


def test_no_core_of_the_tracer(bench):
    done = bench.run("sh", "-c", "ulimit -c 0; kill -SEGV $$", cwd=bench.folder,
                     preexec_fn=lambda: __import__("resource").setrlimit(4, (-1, -1)))
    assert done.returncode == -signal.SIGSEGV
    assert [path.name for path in bench.folder.iterdir()] == ["log"]


def test_streams_pass_through(bench):
    done = bench.run("sh", "-c", "cat; echo to-stderr >&2", input=b"in\0put")
    assert (done.stdout, done.stderr) == (b"in\0put", b"to-stderr\n")


def test_environment_and_arguments_are_the_same(bench):
    environment = {"PATH": os.environ["PATH"], "ODD": "a=b\nc", "EMPTY": ""}
    program = "import json, os, sys; print(json.dumps([dict(os.environ), sys.argv]))"
    bare = subprocess.run([sys.executable, "-c", program, "a b", ""], env=environment, capture_output=True)
    assert bench.run(sys.executable, "-c", program, "a b", "", env=environment).stdout == bare.stdout


def test_no_descriptor_of_the_tracer_is_open_in_the_command(bench):
    program = "import os; print(sorted(os.listdir('/proc/self/fd')))"
    bare = subprocess.run([sys.executable, "-c", program], capture_output=True, stdin=subprocess.DEVNULL)
    traced = bench.run(sys.executable, "-c", program, stdin=subprocess.DEVNULL)
    assert traced.stdout == bare.stdout, traced.stdout


def test_log_fd_is_not_inherited(bench):
    with open(bench.log, "wb") as log:
        os.dup2(log.fileno(), 9, inheritable=True)
        done = subprocess.run([bench.tracer, "--method", bench.method, "--log-fd", "9", "--", "sh", "-c",
                               "test ! -e /proc/self/fd/9"], pass_fds=[9])
        os.close(9)
    assert done.returncode == 0 and AccessLog(bench.log).ended


def test_signal_state_is_the_same(bench):
    program = ["grep", "-E", "^(Sig|Shd)(Blk|Ign|Cgt|Pnd)", "/proc/self/status"]
    bare = subprocess.run(program, capture_output=True).stdout
    assert bench.run(*program).stdout == bare


def test_process_group_and_session_are_the_same(bench):
    program = "import os; print(os.getpgrp(), os.getsid(0))"
    assert bench.run(sys.executable, "-c", program).stdout.split() == [b"%d" % os.getpgrp(), b"%d" % os.getsid(0)]


def test_sigterm_is_passed_on(bench):
    traced = bench.start("sh", "-c", "trap 'echo caught; exit 5' TERM; echo ready; while :; do sleep 0.01; done")
    assert traced.stdout.readline() == b"ready\n"
    traced.send_signal(signal.SIGTERM)
    assert traced.stdout.read() == b"caught\n" and traced.wait(10) == 5


def test_interrupt_of_the_group_ends_all_of_it(bench):
    traced = bench.start("sh", "-c", "sleep 60 & echo $!; wait", start_new_session=True)
    child = int(traced.stdout.readline())
    os.killpg(traced.pid, signal.SIGINT)
    assert traced.wait(10) in (-signal.SIGINT, 130)
    wait_until_gone(child)


def test_killed_tracer_takes_the_command_with_it(bench):
    traced = bench.start("sh", "-c", "echo $$; exec sleep 60")
    child = int(traced.stdout.readline())
    time.sleep(0.1)
    traced.kill()
    traced.wait(10)
    wait_until_gone(child)
    log = AccessLog(bench.log)
    assert not log.ended and any(kind == "executed" for kind, _ in log.facts())


# A grandchild in its own session that makes no more calls, started by a shell that makes none either.
FAMILY = "setsid sleep 60 >/dev/null 2>&1 & echo $$ $!; sleep 60 & echo $!; wait"
KILLERS = {
    "the program": lambda traced, tracer: os.kill(traced.pid, signal.SIGKILL),
    "the tracing process": lambda traced, tracer: os.kill(tracer, signal.SIGKILL),
    "the process group": lambda traced, tracer: os.killpg(traced.pid, signal.SIGKILL),
}


def children_of(pid):
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_whatever_is_killed_no_process_is_left(bench):
    for name, kill in KILLERS.items():
        for method in (bench.method, "fanotify", "atime") if bench.method == "notify" else (bench.method,):
            bench.method, kept = method, bench.method
            traced = bench.start("sh", "-c", FAMILY, options=["--root", str(bench.folder)], start_new_session=True,
                                 stderr=subprocess.PIPE)
            bench.method = kept
            pids = [int(pid) for pid in (traced.stdout.readline() + traced.stdout.readline()).split()]
            if not pids and method not in ("notify", "ptrace"):
                not_run(f"{method} does not work here: {traced.stderr.read()}")
                continue
            assert len(pids) == 3
            time.sleep(0.1)
            (tracer,) = children_of(traced.pid)
            kill(traced, tracer)
            traced.wait(10)
            for pid in [*pids, tracer]:
                wait_until_gone(pid)
            if name == "the tracing process":
                assert traced.returncode == 125 and b"was killed" in traced.stderr.read(), method
            else:
                assert traced.returncode == -signal.SIGKILL, method
            assert not AccessLog(bench.log).ended, method


def test_the_output_ends_when_the_command_closes_it(bench):
    started = time.monotonic()
    traced = bench.start("sh", "-c", "exec >&-; sleep 2")
    assert traced.stdout.read() == b"" and time.monotonic() - started < 1.5
    assert traced.wait(10) == 0


def test_an_ignored_sigchld_loses_no_status(bench):
    for ignored in (signal.SIGCHLD, signal.SIGTERM):
        done = bench.run("sh", "-c", "exit 7", preexec_fn=lambda: signal.signal(ignored, signal.SIG_IGN))
        assert done.returncode == 7, ignored


def pty_run(bench, script):
    """Starts the tracer as a job of a terminal; returns (its Popen, the terminal's other end)."""
    controller, terminal = os.openpty()
    traced = subprocess.Popen(bench.argv("sh", "-c", script), stdin=terminal, stdout=terminal, stderr=terminal,
                              start_new_session=True,
                              preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
    os.close(terminal)
    return traced, controller


def read_line(controller):
    line = b""
    while not line.endswith(b"\n"):
        line += os.read(controller, 1)
    return line


def test_the_terminal_is_the_commands(bench):
    traced, controller = pty_run(bench, "test -t 0 && test -t 1 && read x < /dev/tty && echo got $x; stty size")
    os.write(controller, b"typed\n")
    assert read_line(controller) == b"typed\r\n"  # the terminal's echo
    assert read_line(controller) == b"got typed\r\n"
    assert read_line(controller) == b"0 0\r\n" and traced.wait(10) == 0
    os.close(controller)


def test_ctrl_c_in_a_terminal_reaches_the_whole_group_and_leaves_no_process(bench):
    traced, controller = pty_run(bench, "sh -c 'echo $$; exec sleep 60' | sh -c 'cat; sleep 60'")
    child = int(read_line(controller))
    time.sleep(0.2)
    family = [child, *children_of(children_of(traced.pid)[0])]
    os.write(controller, b"\x03")
    assert traced.wait(10) == -signal.SIGINT
    for pid in family:
        wait_until_gone(pid)
    os.close(controller)
    assert AccessLog(bench.log).ended and len(family) == 2


def test_ctrl_c_in_a_terminal_is_heard_once(bench):
    traced, controller = pty_run(bench, "trap 'echo caught' INT; echo ready; sleep 60; sleep 0.5; echo end")
    assert read_line(controller) == b"ready\r\n"
    time.sleep(0.2)
    os.write(controller, b"\x03")
    lines = []
    while not lines or b"end" not in lines[-1]:
        lines.append(read_line(controller))
    assert sum(b"caught" in line for line in lines) == 1 and traced.wait(10) == 0, lines
    os.close(controller)


def test_ctrl_z_stops_the_job_and_it_goes_on(bench):
    traced, controller = pty_run(bench, "echo ready; n=0; while [ $n -lt 20 ]; do sleep 0.05; n=$((n+1)); done; exit 6")
    assert read_line(controller) == b"ready\r\n"
    os.killpg(traced.pid, signal.SIGSTOP)
    pid, status = os.waitpid(traced.pid, os.WUNTRACED)
    assert os.WIFSTOPPED(status)
    time.sleep(1.5)
    assert os.waitpid(traced.pid, os.WNOHANG) == (0, 0)
    os.killpg(traced.pid, signal.SIGCONT)
    assert traced.wait(10) == 6
    os.close(controller)


def test_killed_command_loses_no_record(bench):
    (bench.folder / "last").write_text("x")
    bench.run("sh", "-c", f"read x < {bench.folder}/last; kill -9 $$")
    assert ("opened", os.fsencode(bench.folder / "last")) in AccessLog(bench.log).facts()


def test_timeout_ends_all_and_says_so(bench):
    started = time.monotonic()
    done = bench.run("sh", "-c", "trap '' TERM; sleep 60 & echo $!; sleep 60", options=["--timeout", "1"])
    assert done.returncode == 124 and time.monotonic() - started < 10
    wait_until_gone(int(done.stdout))
    log = AccessLog(bench.log)
    assert log.of("timeout") == [{"t": "timeout", "seconds": 1}] and log.ended


def test_what_outlives_the_command_is_killed_and_logged(bench):
    done = bench.run("sh", "-c", "setsid sleep 60 >/dev/null 2>&1 & echo $!; exit 3")
    assert done.returncode == 3
    wait_until_gone(int(done.stdout))
    assert AccessLog(bench.log).of("killed")


def test_a_daemon_may_finish_within_the_grace(bench):
    bench.run("sh", "-c", "(sleep 0.2; : > late) & exit 0", cwd=bench.folder)
    assert ("written", os.fsencode(bench.folder / "late")) in AccessLog(bench.log).facts()
    assert not AccessLog(bench.log).of("killed")


def test_wait_daemons_waits(bench):
    done = bench.run("sh", "-c", "(sleep 1.5; : > late) & exit 4", options=["--wait-daemons"], cwd=bench.folder)
    assert done.returncode == 4 and (bench.folder / "late").exists()
    assert not AccessLog(bench.log).of("killed")


def test_other_children_of_the_tracer_are_left_alone(bench):
    script = f"sleep 60 >/dev/null 2>&1 & echo $!; exec {' '.join(bench.argv('true'))}"
    done = subprocess.run(["sh", "-c", script], capture_output=True, timeout=60)
    bystander = int(done.stdout)
    alive = is_alive(bystander)
    os.kill(bystander, signal.SIGKILL)
    assert alive and done.returncode == 0


def test_command_that_cannot_run_is_125(bench):
    for command in ("/no/such/program", "no-such-program", "/etc/passwd"):
        done = bench.run(command)
        assert done.returncode == 125 and done.stderr.startswith(b"lbundle-trace: cannot run '"), done


def test_wrong_usage_is_125(bench):
    for arguments in ([], ["--log", "x"], ["--method", "no-such-method", "--log", "x", "--", "true"], ["--bogus"],
                      ["--log-fd", "x", "--", "true"], ["--log", "/", "--", "true"]):
        done = subprocess.run([bench.tracer, *arguments], capture_output=True, cwd=bench.folder)
        assert done.returncode == 125 and done.stderr.startswith(b"lbundle-trace: cannot "), (arguments, done)


def test_full_disk_is_125_and_the_command_still_runs(bench):
    done = subprocess.run([bench.tracer, "--method", bench.method, "--log", "/dev/full", "--", "echo", "ran"],
                          capture_output=True)
    assert done.returncode == 125 and done.stdout == b"ran\n" and b"No space left" in done.stderr


def test_a_blinded_tracer_fails_loudly(bench):
    """Inside another notify or ptrace run neither method works, and neither may write an empty log."""
    for outer in ("notify", "ptrace"):
        done = subprocess.run([bench.tracer, "--method", outer, "--log", str(bench.folder / "outer"), "--",
                               *bench.argv("true")], capture_output=True)
        works = outer == "ptrace" and bench.method == "notify"
        if works:  # the outer tracer sees nothing then, not this one: a notification has priority over a trace
            assert done.returncode == 0, done
        else:
            assert done.returncode == 125 and b"lbundle-trace: cannot " in done.stderr, (outer, done)


def test_auto_says_which_and_why(bench):
    subprocess.run([bench.tracer, "--log", str(bench.log), "--", "true"], check=True)
    header = AccessLog(bench.log).header
    assert header["method"] == "notify" and header["why"].startswith("the strongest that works here: ")


def test_header_has_what_was_given(bench):
    bench.run("true", "b c", options=["--event", "tile", "--run", "2", "--root", str(bench.folder) + "/./"])
    header = AccessLog(bench.log).header
    assert (header["event"], header["run"], header["command"]) == ("tile", 2, ["true", "b c"])
    assert header["roots"] == [str(bench.folder)]


def test_root_limits_the_log(bench):
    (bench.folder / "in").mkdir()
    (bench.folder / "in/file").write_text("x")
    (bench.folder / "way-in").symlink_to("in")
    (bench.folder / "in/way-out").symlink_to("/etc/hostname")
    bench.run("cat", "way-in/file", "in/way-out", options=["--root", str(bench.folder / "in")], cwd=bench.folder)
    folder = os.fsencode(bench.folder)
    assert AccessLog(bench.log).facts() == {("opened", folder + b"/in/file"), ("link", folder + b"/in/way-out"),
                                            ("opened", os.path.realpath(b"/etc/hostname"))}


def test_processes_have_parents_and_programs(bench):
    bench.run("sh", "-c", "cat /dev/null; true")
    processes = {record["pid"]: record for record in AccessLog(bench.log).of("process")}
    shell, cat = sorted(processes)
    assert processes[cat]["parent"] == shell
    assert [os.path.basename(processes[pid]["exe"]) for pid in (shell, cat)] == [
        os.path.basename(os.path.realpath("/bin/sh")), "cat"]


def test_files_of_a_sandbox_inside_have_the_names_that_they_have_outside(bench):
    if not shutil.which("bwrap"):
        return not_run("bwrap is not installed")
    (bench.folder / "file").write_text("x")
    done = bench.run("bwrap", "--ro-bind", "/", "/", "--tmpfs", "/mnt", "--ro-bind", str(bench.folder), "/mnt/elsewhere",
                     "--unshare-pid", "--proc", "/proc", "cat", "/mnt/elsewhere/file")
    assert done.stdout == b"x", done
    facts = AccessLog(bench.log).facts()
    assert ("opened", os.fsencode(bench.folder.resolve() / "file")) in facts
    assert ("opened", b"/mnt/elsewhere/file") not in facts


def test_a_file_server_among_the_traced_is_not_looked_into(bench):
    if not os.access("/dev/fuse", os.R_OK | os.W_OK):
        return not_run("/dev/fuse cannot be opened")
    (bench.folder / "file").write_text("x")
    (bench.folder / "link").symlink_to("file")
    bench.run("sh", "-c", "exec 5<>/dev/fuse; read x < link; read x < /no/such/file", cwd=bench.folder)
    log = AccessLog(bench.log)
    assert [("/dev/fuse" in record["text"]) for record in log.of("note")] == [True]
    assert {("opened", os.fsencode(bench.folder / "link")), ("opened", b"/no/such/file")} <= log.facts()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tracer", required=True)
    parser.add_argument("--method", required=True)
    parser.add_argument("--only")
    arguments = parser.parse_args()
    failed = 0
    for name, test in list(globals().items()):
        if not name.startswith("test_") or (arguments.only and arguments.only not in name):
            continue
        bench = Bench(arguments.tracer, arguments.method)
        started = time.monotonic()
        try:
            test(bench)
            print(f"ok {name} ({time.monotonic() - started:.1f} s)", flush=True)
        except Exception:
            failed += 1
            print(f"FAILED {name}\n{traceback.format_exc()}", flush=True)
        finally:
            shutil.rmtree(bench.folder)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
