"""For each case: what it prepares, what it does, and what must be in the log.

A fact is (kind, path). The path is relative to the case's tree, or absolute if it starts with a slash; it is bytes if it is
not text. `facts` is what the program does; a method that claims to see all kinds must log all facts. `absent` must not
be in any log.
"""

import os
import platform
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable, Optional

# The kinds of access that a method can see; None: all. atime sees reads, so it reports "opened" only for files that are read.
CLAIMS = {
    "notify": None,
    "ptrace": None,
    "ptrace-exact": None,
    "fanotify": {"opened", "executed", "written"},
    "atime": {"opened", "executed", "listed", "link", "written", "removed"},
}

# Methods that do not know why a file was opened report "opened" for these kinds too.
AS_GOOD_AS = {"executed": {"opened"}, "mapped": {"opened", "executed"}}


@dataclass
class Case:
    name: str
    title: str
    facts: list
    prepare: Callable[[Path, Path], None] = lambda tree, programs: None
    absent: list = field(default_factory=list)
    command: Optional[Callable] = None  # (tree, programs) -> argv; default: the program with the case's name
    needs: Optional[str] = None  # a program that PATH must contain
    stdin: Optional[str] = None  # a file of the tree that is the standard input
    whole: bool = False  # logged without --root
    refused: Optional[str] = None
    unread: Optional[str] = None  # the call whose file the log says that it could not follow
    # Methods that do not see everything here that they see in other cases, and why.
    not_by: dict = field(default_factory=dict)
    # Methods under which the program itself cannot do its work, and why.
    fails_under: dict = field(default_factory=dict)
    key: Optional[str] = None  # its name in the results; default: its own name

    def __post_init__(self):
        self.key = self.key or self.name


def files(*names):
    def prepare(tree, programs):
        for name in names:
            path = os.path.join(os.fsencode(tree), os.fsencode(name))
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.write(b"content\n")

    return prepare


def both(*steps):
    def prepare(tree, programs):
        for step in steps:
            step(tree, programs)

    return prepare


def links(**targets):
    def prepare(tree, programs):
        for name, target in targets.items():
            (tree / name.replace("_", "-")).symlink_to(target.replace("TREE", str(tree)))

    return prepare


def opened(*names):
    return [("opened", name) for name in names]


def script(name, text):
    def prepare(tree, programs):
        path = tree / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text.replace("TREE", str(tree)))
        path.chmod(0o755)

    return prepare


def program(name, *places):
    def prepare(tree, programs):
        for place in places:
            target = tree / place
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(programs / name, target)

    return prepare


def directories(*names):
    def prepare(tree, programs):
        for name in names:
            (tree / name).mkdir(parents=True, exist_ok=True)

    return prepare


OTHER_MOUNT_NAMESPACE = "the traced process's new mount namespace has its own mounts"
NO_INTERPRETER = "a file that only the kernel maps cannot be distinguished from an opened one"

# How each call of every_call.c is logged: the kind for its first path, and for its second path if it has one.
EVERY_CALL = {
    "opened": "open openat openat2 uselib bpf",
    "stat": "stat lstat oldstat oldlstat stat64 lstat64 newfstatat fstatat64 statx access faccessat faccessat2 statfs statfs64 "
            "name_to_handle_at inotify_add_watch fanotify_mark getxattr lgetxattr listxattr llistxattr getxattrat listxattrat "
            "file_getattr swapoff quotactl",
    "readlink": "readlink readlinkat",
    "executed": "execve execveat",
    "entered": "pivot_root",
    "mounted": "umount umount2 open_tree open_tree_attr move_mount fsconfig fspick mount_setattr",
    "written": "creat mkdir mkdirat mknod mknodat symlink symlinkat truncate truncate64 chmod fchmodat fchmodat2 chown lchown "
               "chown32 lchown32 fchownat utime utimes futimesat utimensat utimensat_time64 setxattr lsetxattr removexattr "
               "lremovexattr setxattrat removexattrat file_setattr acct swapon",
    "linked": "link linkat",
    "renamed": "rename renameat renameat2",
    "removed": "unlink unlinkat rmdir",
}
SECOND_PATH = {"entered": "pivot_root", "mounted": "mount move_mount", "written": "link linkat rename renameat renameat2"}
I386_ALONE = set("oldstat oldlstat stat64 lstat64 fstatat64 statfs64 umount truncate64 chown32 lchown32 "
                 "utimensat_time64".split())
X86_ALONE = set("open creat uselib stat lstat access readlink mkdir mknod symlink link rename unlink rmdir chmod chown lchown "
                "utime utimes futimesat".split())


def every_call(table):
    absent = {"i386": {"newfstatat"}, "x86_64": I386_ALONE}.get(table, I386_ALONE | X86_ALONE)
    return [(kind, prefix + name) for prefix, kinds in (("by-", EVERY_CALL), ("to-", SECOND_PATH))
            for kind, names in kinds.items() for name in names.split() if name not in absent]


def names_for_every_call(tree, programs):
    """Files that a call creates do not exist before it; all others do, so that no call is for a missing name."""
    makes = "creat mkdir mkdirat mknod mknodat symlink symlinkat".split()
    for names in EVERY_CALL.values():
        for name in names.split():
            if name not in makes:
                (tree / f"by-{name}").write_text("content\n")
    (tree / "by-rmdir").unlink()
    for name in ("by-rmdir", "to-pivot_root", "to-mount", "to-move_mount"):
        (tree / name).mkdir()


FEW_ARE_OPENS = {"fanotify": OTHER_MOUNT_NAMESPACE, "atime": "few of these calls read anything"}

CASES = [
    Case("open", "open, openat, openat2, creat", opened("by-open", "by-openat", "by-openat2") + [("written", "by-creat")],
         files("by-open", "by-openat", "by-openat2")),
    Case("in_root", "openat2 with RESOLVE_IN_ROOT", [("opened", "jail/file"), ("link", "jail/link")],
         both(files("jail/file"), lambda tree, programs: (tree / "jail/link").symlink_to("/file"))),
    Case("stat", "stat in all forms, access, faccessat2, statfs, extended attributes",
         [("stat", "by-" + name) for name in
          "stat lstat access fstatat statx faccessat faccessat2 statfs getxattr".split()],
         files(*("by-" + name for name in
                 "stat lstat access fstatat statx faccessat faccessat2 statfs getxattr".split()))),
    Case("missing", "names that do not exist",
         [("missing", name) for name in ("nothing", "no-directory/below/it", "file/below", "directory/nothing", "target")] +
         [("link", "link-to-directory"), ("link", "dangling")],
         both(files("file"), directories("directory"),
              links(link_to_directory="directory", dangling="target")),
         absent=[("opened", "nothing"), ("stat", "target")],
         not_by={"atime": "a link to nothing may keep its time"}),
    Case("links", "chains of links, relative and absolute, each hop",
         opened("directory/file") + [("link", name) for name in ("first", "second", "to-directory", "absolute")] +
         [("readlink", "only-read")],
         both(files("directory/file"),
              links(first="second", second="directory/../directory/file", to_directory="directory",
                    absolute="TREE/directory/file", only_read="nowhere")),
         absent=[("opened", "first"), ("opened", "to-directory/file")]),
    Case("dot_dot", '"..", "." and doubled slashes; ".." after a link',
         opened("far/sibling", "directory/file") + [("link", "link")],
         both(files("far/away/x", "far/sibling", "sibling", "directory/file"), directories("directory/deep"),
              links(link="far/away")),
         absent=opened("sibling")),
    Case("exec_script", "execve, with a chain of #! lines",
         [("executed", "outer"), ("executed", "inner"), ("executed", "interpreter")],
         both(program("program", "interpreter"), script("inner", "#!TREE/interpreter\n"),
              script("outer", "#! TREE/inner  with arguments\n"))),
    Case("interpreter", "the ELF interpreter", [("mapped", "/LOADER"), ("executed", "interpreter")],
         program("program", "interpreter"), command=lambda tree, programs: [str(tree / "interpreter")], whole=True,
         not_by={"fanotify": NO_INTERPRETER, "atime": "it is outside of the tree"}),
    Case("exec_at", "execveat by descriptor, and of an open file",
         [("executed", "directory/program"), ("executed", "opened-program")],
         program("program", "directory/program", "opened-program")),
    Case("list", "getdents", [("listed", "directory")], files("directory/a", "directory/b")),
    Case("chdir", "chdir, fchdir, and paths relative to them", opened("one/a", "two/b", "c") + [("entered", "one")],
         files("one/a", "two/b", "c")),
    Case("chroot", "chroot: absolute links and \"..\" at the top", opened("jail/at-the-top", "jail/inner/target", "jail/inner/relative") +
         [("link", "jail/absolute-link")],
         both(files("jail/inner/target", "jail/inner/relative", "jail/at-the-top"),
              lambda tree, programs: (tree / "jail/absolute-link").symlink_to("/inner/target"))),
    Case("mount_namespace", "mount namespaces", opened("source/only-in-source"),
         both(files("source/only-in-source"), directories("target")), absent=opened("target/only-in-source"),
         not_by={"fanotify": OTHER_MOUNT_NAMESPACE}),
    Case("pivot_root", "pivot_root: the new root is a folder of the tree", opened("jail/inner/file", "shared/of-both"),
         files("jail/inner/file", "jail/mounted/covered", "shared/of-both"),
         absent=opened("jail/mounted/of-both", "inner/file"), not_by={"fanotify": OTHER_MOUNT_NAMESPACE}),
    Case("covered", "a file of a file system that only the traced process has", opened("before"),
         files("before", "place/hidden"), absent=opened("place/own"), unread="openat", not_by={"fanotify": OTHER_MOUNT_NAMESPACE}),
    Case("untraced", "clone with CLONE_UNTRACED, and clone3 with it", opened("by-clone", "by-clone3"), files("by-clone", "by-clone3")),
    Case("change_names", "rename, link, symlink, unlink, mkdir, rmdir, mkfifo",
         [("renamed", "old"), ("written", "new"), ("linked", "target"), ("written", "hard"), ("written", "soft"),
          ("removed", "goes"), ("written", "made"), ("removed", "empty"), ("written", "fifo")],
         both(files("old", "target", "goes"), directories("empty")),
         not_by={"fanotify": "no file's content changes"}),
    Case("change_files", "truncate, chmod, utimensat, opening for writing, O_CREAT through a dangling link",
         [("written", name) for name in ("truncated", "moded", "timed", "appended", "made", "made-by-link")] +
         [("link", "dangling"), ("missing", "no-directory/made")],
         both(files("truncated", "moded", "timed", "appended"), links(dangling="made-by-link")),
         absent=opened("made", "appended"),
         not_by={"fanotify": "only what is opened is seen", "atime": "a link keeps its time if it is followed to create its target"}),
    Case("file_handle", "name_to_handle_at", [("stat", "named")], files("named")),
    Case("unix_socket", "unix sockets bound and connected",
         [("bound", "socket"), ("connected", "socket"), ("missing", "no-socket")]),
    Case("descriptor_relative", "relative to a descriptor; O_PATH, reopened through /proc/self/fd",
         opened("directory/relative", "reopened", "directory/through"),
         files("directory/relative", "reopened", "directory/through")),
    Case("int80", "i386 calls from a 64-bit program", opened("by-int80"), files("by-int80")),
    Case("i386", "a 32-bit program", opened("by-i386") + [("stat", "stat-i386")], files("by-i386", "stat-i386")),
    Case("threads", "threads", opened(*("thread-%d" % i for i in range(8))),
         files(*("thread-%d" % i for i in range(8)))),
    Case("vfork", "vfork and exec", opened("by-parent") + [("executed", "program")],
         both(files("by-parent"), program("program", "program"))),
    Case("clone3", "clone3", opened("by-clone3"), files("by-clone3")),
    Case("daemon", "a daemon that outlives its parent", opened("by-daemon"), files("by-daemon")),
    Case("gone_afterwards", "files deleted or renamed afterwards",
         opened("deleted-later", "renamed-later") + [("removed", "deleted-later"), ("renamed", "renamed-later")],
         files("deleted-later", "renamed-later"),
         not_by={"fanotify": "the kernel looks the name up when the event is read", "atime": "it no longer exists"}),
    Case("odd_names", "names with newlines, quotes, or not UTF-8",
         opened(b"new\nline", b"not-\xff-utf8", b'quote"back\\slash\ttab'),
         files(b"new\nline", b"not-\xff-utf8", b'quote"back\\slash\ttab')),
    Case("long_path", "paths over 4,096 bytes", opened("/".join(["d" * 200] * 25 + ["bottom"])),
         not_by={"fanotify": "the kernel does not print a path that long", "atime": "a new file did not exist before"}),
    Case("inherited", "inherited descriptors", [("inherited", "input")], files("input"), stdin="input"),
    Case("io_uring", "io_uring refused, and reported", [], refused="io_uring_setup",
         not_by={"fanotify": "no call is seen", "atime": "no call is seen"},
         fails_under={"fanotify": "the method does not refuse it", "atime": "the method does not refuse it"}),
    Case("pseudo_names", "names that are not of files: left out", opened("a-file"), files("a-file"),
         absent=[("missing", "MEM:::DATAPOINTER=1,PIXELS=2"), ("missing", "s3:/bucket/key"), ("missing", "n" * 300)]),
    Case("signals", "a storm of signals", opened(*("file-%d" % i for i in range(50))),
         files(*("file-%d" % i for i in range(50)))),
    Case("own_ptrace", "a program that ptraces its own child", opened("by-ptraced"), files("by-ptraced"),
         fails_under={"ptrace": "a process can have only one ptracer", "ptrace-exact": "a process can have only one ptracer"}),
    Case("own_filter", "a program under a seccomp filter of its own", opened("allowed"), files("allowed")),
    Case("python", "Python: an import", opened("package/__init__.py", "package/data.txt") + [("listed", "package")],
         both(script("package/__init__.py", "import os\nopen('package/data.txt').read()\nos.listdir('package')\n"),
              files("package/data.txt")),
         command=lambda tree, programs: ["/usr/bin/python3", "-B", "-c", "import package"], needs="/usr/bin/python3"),
    Case("node", "Node: require and readFile", opened("module.js", "data.txt"),
         both(script("main.js", "require('./module.js')\n"),
              script("module.js", "require('fs').readFileSync('data.txt')\n"), files("data.txt")),
         command=lambda tree, programs: ["node", "main.js"], needs="node"),
    Case("go", "Go: goroutines that read", opened(*("go-%d" % i for i in range(8))),
         files(*("go-%d" % i for i in range(8))), needs="go",
         command=lambda tree, programs: [str(programs / "go-case")]),
    Case("every_call", "each call that carries a path, once", every_call(platform.machine()), names_for_every_call,
         not_by=FEW_ARE_OPENS),
    Case("every_call", "each call of 32-bit programs that carries a path, once", every_call("i386"), names_for_every_call,
         command=lambda tree, programs: [str(programs / "every_call"), "i386"], not_by=FEW_ARE_OPENS, key="every_call_i386"),
    Case("empty_path_flag", "AT_EMPTY_PATH beside a name", [("stat", "by-fstatat"), ("stat", "by-statx")],
         files("by-fstatat", "by-statx")),
    Case("send_to_socket", "sendto, sendmsg, sendmmsg to a unix socket's path",
         [("connected", "by-" + name) for name in ("sendto", "sendmsg", "sendmmsg")]),
    Case("send_to_socket", "the same by 32-bit calls, and by socketcall",
         [("connected", "by-" + name) for name in ("sendto", "sendmsg", "sendmmsg", "socketcall-sendto",
                                                   "socketcall-sendmsg", "socketcall-sendmmsg")],
         command=lambda tree, programs: [str(programs / "send_to_socket"), "i386"], key="send_to_socket_i386"),
]
