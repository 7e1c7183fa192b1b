"""The limits of a function's process, and the files that it leaves behind."""
import os


def limit_resources():
    import resource

    # Source: "Lambda quotas": 1,024 file descriptors, 1,024 execution processes and threads.
    for kind in (resource.RLIMIT_NOFILE, resource.RLIMIT_NPROC):
        hard = resource.getrlimit(kind)[1]
        limit = 1024 if hard == resource.RLIM_INFINITY else min(1024, hard)
        resource.setrlimit(kind, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


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
