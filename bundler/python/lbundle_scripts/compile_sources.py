"""Compiles Python sources to unchecked-hash bytecode, the same bytes on every run.

Arguments: the folder for the results, the number of processes. On stdin, NUL-separated: for each file its name (which the bytecode
has as its file name) and the path of its source. The bytecode of file number i is written to <folder>/<i>. A source that does not
compile gets no bytecode.

marshal marks an object as shared if anything else refers to it too, even the compiler or another module. So every file is compiled
in a child of one parent. The parent does the same things before each fork, whatever the files and the number of processes are.
"""
import gc
import os
import sys
import warnings

from lbundle_scripts.bytecode import write_bytecode


def compile_to(name, source, target):
    with open(source, "rb") as file:
        text = file.read()
    write_bytecode(target, text, compile(text, name, "exec", dont_inherit=True, optimize=0))


def child(name, source, target):
    try:
        compile_to(name, source, target)
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError):
        pass  # not Python of this version: a template, Python 2, a test of the parser
    except OSError as error:
        os.write(2, ("%s\n" % error).encode("utf-8", "surrogateescape"))
        os._exit(1)
    os._exit(0)


def main(arguments):
    warnings.simplefilter("ignore")
    sys.setrecursionlimit(3000)
    # A garbage collection would happen at a moment that depends on the earlier files.
    gc.disable()
    folder, processes = arguments[0], int(arguments[1])
    fields = sys.stdin.buffer.read().split(b"\0")[:-1]
    running = 0
    failed = False

    def reap():
        _, status = os.wait()
        # A parser that overflows its stack ends with a signal. This counts as any other source that does not compile: no bytecode.
        return os.WIFEXITED(status) and os.WEXITSTATUS(status) != 0

    for i in range(0, len(fields), 2):
        if running == processes:
            failed |= reap()
            running -= 1
        # The fork copies what was read. The child decodes the names, so that the parent holds no string with the same text.
        if os.fork() == 0:
            child(os.fsdecode(fields[i]), os.fsdecode(fields[i + 1]), os.path.join(folder, str(i // 2)))
        running += 1
    while running:
        failed |= reap()
        running -= 1
    return 1 if failed else 0
