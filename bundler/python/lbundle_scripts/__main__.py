"""Runs a module of this package: `python3 bundler/python/lbundle_scripts MODULE ARGUMENT…`.

lbundle starts it as a folder, because `-I` leaves the folder of a script out of the path, and nothing else tells Python where the
package is.
"""
import importlib
import os
import sys


def main():
    # The path begins with this folder, where modules have short names that could hide others. The package is one folder above.
    sys.path[0] = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    module = importlib.import_module("lbundle_scripts." + sys.argv[1])
    return module.main(sys.argv[2:])


if __name__ == "__main__":
    sys.exit(main())
