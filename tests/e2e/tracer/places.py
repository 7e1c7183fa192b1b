#!/usr/bin/env python3
"""The tracer sees a program use the same files wherever it runs: as root, as a user without privileges, in bubblewrap,
in a container without any capability, and around a container engine.

    places.py --tracer PROGRAM --programs DIR

Status 77: a place is not available here. With LBUNDLE_TEST_NO_SKIP=1 that is a failure.
"""

import argparse
import io
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from access_log import AccessLog

IMAGE = f"lbundle-trace-test:{os.getpid()}"
PODMAN = ["podman", "--runtime", "runc"]
LIMITS = ["--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1000:1000"]
METHODS = ("notify", "ptrace")


class Absent(Exception):
    """A place is not available here; the message says why."""


class World:
    def __init__(self, tracer, programs):
        self.folder = Path(os.path.realpath(tempfile.mkdtemp(prefix="lbundle-trace-places-")))
        self.folder.chmod(0o755)
        self.tree, self.out = self.folder / "tree", self.folder / "out"
        for directory in (self.tree, self.tree / "directory", self.out):
            directory.mkdir()
        self.out.chmod(0o777)
        for name in ("file", "by-child", "directory/listed"):
            (self.tree / name).write_text("content\n")
        (self.tree / "link").symlink_to("file")
        shutil.copy(programs / "places", self.tree / "places")
        self.tracer = shutil.copy(tracer, self.folder / "lbundle-trace")
        self.engine = None

    def command(self):
        return [str(self.tree / "places"), str(self.tree)]

    def traced(self, method, log, command):
        return [str(self.tracer), "--method", method, "--log", str(log), "--root", str(self.tree), "--", *command]

    def container(self, *options):
        if self.engine is None:
            self.engine = make_image(self)
        return [*self.engine, "run", "--rm", "--network", "none", *LIMITS, "--cap-drop", "ALL", *options,
                "--volume", f"{self.folder}:{self.folder}", IMAGE]

    def close(self):
        if self.engine:
            subprocess.run([*self.engine, "rmi", "--force", IMAGE], capture_output=True)
        shutil.rmtree(self.folder)


def make_image(world):
    """Makes an image that contains one directory only. If the engine's usual storage does not work, it uses a plain one."""
    if not shutil.which("podman"):
        raise Absent("podman is not installed")
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        directory = tarfile.TarInfo("tmp")
        directory.type, directory.mode = tarfile.DIRTYPE, 0o1777
        tar.addfile(directory)
    failures = []
    for engine in (PODMAN, [*PODMAN, "--storage-driver", "vfs", "--root", str(world.folder / "storage")]):
        made = subprocess.run([*engine, "import", "-", IMAGE], input=archive.getvalue(), capture_output=True)
        if made.returncode == 0:
            return engine
        failures.append(made.stderr.decode(errors="replace").strip())
    raise Absent("; ".join(failures))


def as_root(world, method, log):
    return world.traced(method, log, world.command())


def as_a_user_without_privileges(world, method, log):
    if os.geteuid() != 0:
        return world.traced(method, log, world.command())
    return ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", *as_root(world, method, log)]


def in_bubblewrap(world, method, log):
    if not shutil.which("bwrap"):
        raise Absent("bubblewrap is not installed")
    return ["bwrap", "--bind", "/", "/", "--dev", "/dev", "--unshare-all", "--proc", "/proc", "--cap-drop", "ALL", "--",
            *as_root(world, method, log)]


def in_a_container_without_capabilities(world, method, log):
    return [*world.container(), *as_root(world, method, log)]


def in_a_container_as_a_user(world, method, log):
    return [*world.container("--user", "65534:65534"), *as_root(world, method, log)]


def around_a_container_engine(world, method, log):
    return world.traced(method, log, [*world.container(), *world.command()])


PLACES = (as_root, as_a_user_without_privileges, in_bubblewrap, in_a_container_without_capabilities,
          in_a_container_as_a_user, around_a_container_engine)


def seen_in(place, world, method):
    log = world.out / f"{place.__name__}-{method}"
    done = subprocess.run(place(world, method, log), capture_output=True, timeout=120)
    if done.returncode != 0:
        sys.exit(f"{place.__name__}, {method}: status {done.returncode}: {done.stderr.decode(errors='replace')}")
    return AccessLog(log).facts()


def expected(world):
    below = [("opened", "file"), ("link", "link"), ("stat", "file"), ("missing", "nothing"),
             ("missing", "no-directory/below"), ("opened", "directory"), ("listed", "directory"), ("executed", "places"),
             ("mapped", "places"), ("opened", "by-child"), ("entered", "")]
    return {(kind, os.fsencode(world.tree / name)) for kind, name in below}


def looked_at_before(world, place):
    """Returns what the engine itself does with the program before it runs it."""
    return {("stat", os.fsencode(world.tree / "places"))} if place is around_a_container_engine else set()


def compare(world):
    """Returns what differs, and which places are not available."""
    wrong, absent = [], []
    wanted = expected(world)
    for place in PLACES:
        try:
            for method in METHODS:
                seen = seen_in(place, world, method) - looked_at_before(world, place)
                print(f"{place.__name__}, {method}: {len(seen & wanted)} of {len(wanted)}, {len(seen - wanted)} others")
                wrong += [f"{place.__name__}, {method}: {fact} is absent" for fact in sorted(wanted - seen)]
                wrong += [f"{place.__name__}, {method}: {fact} is too much" for fact in sorted(seen - wanted)]
        except Absent as why:
            absent.append(f"{place.__name__}: {why}")
    return wrong, absent


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tracer", required=True)
    parser.add_argument("--programs", required=True, type=Path)
    arguments = parser.parse_args()
    world = World(arguments.tracer, arguments.programs)
    try:
        wrong, absent = compare(world)
    finally:
        world.close()
    for line in wrong:
        print("FAILED " + line)
    for line in absent:
        print("not run: " + line)
    if wrong or (absent and os.environ.get("LBUNDLE_TEST_NO_SKIP") == "1"):
        return 1
    return 77 if absent else 0


if __name__ == "__main__":
    sys.exit(main())
