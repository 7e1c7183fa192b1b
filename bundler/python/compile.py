"""Compiles Python sources to unchecked-hash bytecode, the same bytes on every run.

Arguments: the folder for the results, the number of processes. On stdin, NUL-separated: for each file its name
(what the bytecode calls itself) and where its source lies. The bytecode of the i-th goes to <folder>/<i>; a source that does
not compile leaves none.

marshal marks an object as shared where something else holds a reference to it too, be it the compiler or another
module. So every file is compiled in a child forked from the same parent, which has done the same things before,
whatever the files are and however many processes there are.
"""
import gc
import marshal
import os
import sys
import warnings

import _imp
from importlib.util import MAGIC_NUMBER

warnings.simplefilter("ignore")
sys.setrecursionlimit(3000)
# A collection would run at a moment that depends on the files before.
gc.disable()

UNCHECKED_HASH = (1).to_bytes(4, "little")


def compile_to(name, source, target):
    with open(source, "rb") as file:
        text = file.read()
    code = compile(text, name, "exec", dont_inherit=True, optimize=0)
    source_hash = _imp.source_hash(int.from_bytes(MAGIC_NUMBER, "little"), text)
    with open(target, "wb") as file:
        file.write(MAGIC_NUMBER + UNCHECKED_HASH + source_hash + marshal.dumps(code))


def child(name, source, target):
    try:
        compile_to(name, source, target)
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError):
        pass  # no Python of this version: a template, Python 2, a test of the parser
    except OSError as error:
        os.write(2, ("%s\n" % error).encode("utf-8", "surrogateescape"))
        os._exit(1)
    os._exit(0)


def main():
    folder, processes = sys.argv[1], int(sys.argv[2])
    fields = sys.stdin.buffer.read().split(b"\0")[:-1]
    running = 0
    failed = False

    def reap():
        _, status = os.wait()
        # A parser that overflows its stack ends with a signal: no bytecode, as for any other bad source.
        return os.WIFEXITED(status) and os.WEXITSTATUS(status) != 0

    for i in range(0, len(fields), 2):
        if running == processes:
            failed |= reap()
            running -= 1
        # The fork copies what is read here; the names are decoded in the child, so that no string of the parent is theirs.
        if os.fork() == 0:
            child(os.fsdecode(fields[i]), os.fsdecode(fields[i + 1]), os.path.join(folder, str(i // 2)))
        running += 1
    while running:
        failed |= reap()
        running -= 1
    sys.exit(1 if failed else 0)


main()
