"""Prints where the interpreter's pip is, and what the interpreter is: its program; its version and platform.

Argument: the oldest version that is good enough ("3.9"), or nothing. Exits with status 1 if the interpreter has no pip or is older.
"""
import os
import sys
import sysconfig


def main(arguments):
    if arguments and sys.version_info < tuple(map(int, arguments[0].split("."))):
        return "this Python is older than " + arguments[0]
    try:
        import pip
    except ImportError as error:
        return str(error)
    print(os.path.dirname(os.path.realpath(pip.__file__)))
    print(os.path.realpath(sys.executable))
    print("%d.%d" % sys.version_info[:2], sysconfig.get_platform())
    return 0
