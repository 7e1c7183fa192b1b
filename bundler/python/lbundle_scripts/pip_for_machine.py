"""Runs pip as if on another machine, for markers that depend on platform.machine().

Arguments: the folder that holds the package pip, the machine ("aarch64"), then pip's own arguments.
"""
import platform
import runpy
import sys


def main(arguments):
    place, machine = arguments[:2]
    platform.machine = lambda: machine
    sys.path[0] = place
    sys.argv[1:] = arguments[2:]
    runpy.run_module("pip", run_name="__main__", alter_sys=True)
