"""Runs the function `main` of a Python file outside the package, such as the data program of a recipe in rules/system-libraries.

Arguments: the file, then the arguments that its `main` gets as a list.
"""
import runpy


def main(arguments):
    return runpy.run_path(arguments[0])["main"](arguments[1:])
