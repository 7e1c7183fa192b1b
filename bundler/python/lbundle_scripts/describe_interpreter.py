"""Prints what the interpreter is and where it is, one fact a line.

The lines: version, cache tag, program, prefix, folder of the standard library, then all folders of installed packages. It runs on
any Python 3 that a search finds, so it uses no syntax that is newer than 3.5.
"""
import os
import site
import sys
import sysconfig


def main(arguments):
    print("%d.%d.%d" % sys.version_info[:3])
    print(sys.implementation.cache_tag)
    print(os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable))
    print(os.path.realpath(sys.base_prefix))
    print(os.path.dirname(os.path.realpath(os.__file__)))
    sys.prefix, sys.exec_prefix = sys.base_prefix, sys.base_exec_prefix
    folders = set(site.getsitepackages([sys.base_prefix]))
    for folder in folders | {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}:
        print(os.path.realpath(folder))
