"""Runs the command-line program of a Python tool from the folder that it was installed into.

Arguments: the folder, the tool's name, then the tool's own arguments. lbundle runs Python with `-I`, so the folder has to be added
to the path here.
"""
import importlib
import sys

# For each tool, the function where its command line begins: the console script of its metadata.
COMMANDS = {"poetry": ("poetry.console.application", "main"), "pipenv": ("pipenv", "cli")}


def main(arguments):
    folder, tool = arguments[:2]
    sys.path[0] = folder
    # A tool's modules take seconds to compile. Its bytecode may be written, because only lbundle uses the folder.
    sys.dont_write_bytecode = False
    sys.argv = [tool] + arguments[2:]
    module, function = COMMANDS[tool]
    return getattr(importlib.import_module(module), function)()
