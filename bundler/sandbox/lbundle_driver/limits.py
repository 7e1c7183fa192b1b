"""The limits of a function that its own process cannot enforce, and the files that it leaves behind."""
import os
import time

# How often the function's memory is measured. One measurement takes a millisecond.
MEMORY_INTERVAL_SECONDS = 0.1


def limit_resources():
    import resource

    # Source: "Lambda quotas": 1,024 file descriptors, 1,024 execution processes and threads.
    for kind in (resource.RLIMIT_NOFILE, resource.RLIMIT_NPROC):
        hard = resource.getrlimit(kind)[1]
        limit = 1024 if hard == resource.RLIM_INFINITY else min(1024, hard)
        resource.setrlimit(kind, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def descendants(root):
    """Returns the process `root` and its descendants, as far as a chain of living parents connects them."""
    parents = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open("/proc/%s/stat" % name, "rb") as file:
                    parents[int(name)] = int(file.read().rpartition(b")")[2].split()[1])
            except OSError:
                pass  # it has just ended
    found = [root]
    for one in found:
        found += [process for process, parent in parents.items() if parent == one]
    return found


def memory_of(process):
    """Returns the bytes of anonymous and shared memory. File pages do not count, because the kernel can drop them at any time."""
    try:
        with open("/proc/%d/status" % process, "rb") as file:
            lines = [line.split() for line in file if line.startswith((b"RssAnon:", b"RssShmem:"))]
    except OSError:
        return 0
    return sum(int(line[1]) for line in lines) * 1024


class MemoryWatch:
    """Kills the child, as Lambda does, when it and the processes that it started need more memory than the function has."""

    def __init__(self, child, megabytes):
        import threading

        self.exceeded = False
        self._child = child
        self._limit = int(megabytes) * 1024 * 1024
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self):
        while True:
            time.sleep(MEMORY_INTERVAL_SECONDS)
            if sum(map(memory_of, descendants(self._child))) > self._limit:
                self.exceeded = True
                os.kill(self._child, 9)
                return


def files_in_tmp():
    """Returns, for each path below /tmp, the SHA-256 of a file, "link to …", or "not readable". Anything else is left out."""
    import hashlib
    import stat

    found = {}
    for folder, _, names in os.walk("/tmp"):
        for name in names:
            path = os.path.join(folder, name)
            name_below = os.fsencode(path[len("/tmp/"):]).decode("utf-8", "backslashreplace")
            try:
                if os.path.islink(path):
                    found[name_below] = "link to " + os.fsencode(os.readlink(path)).decode("utf-8", "backslashreplace")
                elif stat.S_ISREG(os.stat(path).st_mode):
                    with open(path, "rb") as file:
                        found[name_below] = hashlib.file_digest(file, "sha256").hexdigest() \
                            if hasattr(hashlib, "file_digest") else hashlib.sha256(file.read()).hexdigest()
            except OSError:
                found[name_below] = "not readable"
    return found
