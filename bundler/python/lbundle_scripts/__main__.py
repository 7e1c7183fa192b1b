"""Runs a module of this package: `python3 bundler/python/lbundle_scripts MODULE ARGUMENT…`.

lbundle runs the package's folder, because with `-I` Python does not search the folder of a script, and there is no other way to say
where the package is.
"""
import importlib
import os
import sys


def main():
    # The path begins with this folder, whose modules have short names that could hide others. The package is one folder above.
    sys.path[0] = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    module = importlib.import_module("lbundle_scripts." + sys.argv[1])
    return module.main(sys.argv[2:])


if __name__ == "__main__":
    sys.exit(main())
