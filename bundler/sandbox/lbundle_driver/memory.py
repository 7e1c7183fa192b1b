"""Ends a function that needs more memory than it has, as Lambda does.

Lambda limits the memory of the whole function: all its processes, with each page counted once, however many of them share it. Pages of
files do not count, because the kernel can drop them at any time, and /tmp is not memory there. A cgroup would count in the same way, but
most machines and containers let nobody make one, and /tmp and the driver would be in it. So the processes of the sandbox are asked.

The first measurement is quick and too high, because it counts a shared page once for each process. Only if it is above the limit, each
page is counted once, which takes some 10 ms for a large process.
"""
import os
import time

INTERVAL_SECONDS = 0.1
TRACER = "/lbundle-trace"

# How the kernel names memory that processes share and no file system holds: mm/shmem.c, ipc/shm.c. The names of files in memory
# (memfd_create) are apart, because their pages count even if no process maps them.
SHARED = (b"/dev/zero (deleted)", b"/SYSV")
FILE_IN_MEMORY = b"/memfd:"


def all_parents():
    """Returns the parent of each process that /proc shows, by number."""
    parents = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open("/proc/%s/stat" % name, "rb") as file:
                    parents[int(name)] = int(file.read().rpartition(b")")[2].split()[1])
            except OSError:
                pass  # it has just ended
    return parents


def chain_above(parents, process):
    """Returns `process` and all processes above it, the highest last."""
    chain = []
    while process and process not in chain:
        chain.append(process)
        process = parents.get(process, 0)
    return chain


def sandbox_top(chain):
    """Returns the first process of the sandbox, or None if no process of the chain is lbundle-trace, which starts it. Processes that
    lose their parents become children of a process below this one. In a container that forbids another /proc, there are
    processes beside it."""
    top = None
    for process in chain:
        try:
            if os.readlink("/proc/%d/exe" % process).endswith(TRACER):
                top = process
        except OSError:
            pass  # it belongs to another user
    return top


def others(parents, process, top=None):
    """Returns the function's processes: all below `top`, or all if it is None, but `process` and those above it."""
    found = set(parents) - set(chain_above(parents, process))
    return sorted(each for each in found if top is None or top in chain_above(parents, each))


def fields(path, names):
    """Returns the sum in bytes of the lines of a file in /proc that begin with these names. None if it cannot be read."""
    try:
        with open(path, "rb") as file:
            return 1024 * sum(int(line.split()[1]) for line in file if line.partition(b":")[0] in names)
    except OSError:
        return None


def resident(process):
    """Returns the bytes of anonymous and shared memory that a process uses, alone or with others."""
    return fields("/proc/%d/status" % process, (b"RssAnon", b"RssShmem")) or 0


def files_in_memory(processes):
    """Returns the bytes of each file in memory that one of the processes holds open, by its inode."""
    found = {}
    for process in processes:
        folder = b"/proc/%d/fd" % process
        try:
            for name in os.listdir(folder):
                path = folder + b"/" + name
                if os.readlink(path).startswith(FILE_IN_MEMORY):
                    status = os.stat(path)
                    found[status.st_ino] = status.st_blocks * 512
        except OSError:
            pass  # it has just ended or closed the file, or may not be looked into
    return found


def shared_part(process, counted):
    """Returns the process's part of the memory that it shares, without the files in memory that are `counted`."""
    size, takes = 0, False
    try:
        with open("/proc/%d/smaps" % process, "rb") as file:
            for line in file:
                words = line.split(None, 5)
                if not words[0].endswith(b":"):
                    name = words[5].rstrip() if len(words) > 5 else b""
                    takes = name.startswith(SHARED) or name.startswith(FILE_IN_MEMORY) and int(words[4]) not in counted
                elif takes and words[0] == b"Pss:":
                    size += 1024 * int(words[1])
    except OSError:
        pass
    return size


def part(process, counted):
    """Returns the process's part of all memory: of a page that n processes share, an n-th."""
    own = fields("/proc/%d/smaps_rollup" % process, (b"Pss_Anon",))
    return resident(process) if own is None else own + shared_part(process, counted)


def used(processes, limit):
    """Returns the bytes of memory that the processes need together. The result is too high as long as it is below `limit`."""
    in_memory = files_in_memory(processes)
    files = sum(in_memory.values())
    quick = files + sum(map(resident, processes))
    return quick if quick <= limit else files + sum(part(process, in_memory) for process in processes)


class MemoryWatch:
    """Kills the child, as Lambda does, when the function's processes need more memory than the function has."""

    def __init__(self, child, megabytes):
        import threading

        self.exceeded = False
        self._child = child
        self._limit = int(megabytes) * 1024 * 1024
        self._top = sandbox_top(chain_above(all_parents(), os.getpid()))
        threading.Thread(target=self._watch, daemon=True).start()

    def _exceeds(self):
        return used(others(all_parents(), os.getpid(), self._top), self._limit) > self._limit

    def _watch(self):
        while True:
            time.sleep(INTERVAL_SECONDS)
            # If processes end during a measurement, their part of a page is counted, and the page once more for those that are left.
            if self._exceeds() and self._exceeds():
                self.exceeded = True
                os.kill(self._child, 9)
                return
