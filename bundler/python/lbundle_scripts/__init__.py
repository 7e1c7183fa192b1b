"""The Python programs that lbundle runs while it stages and builds. None of them goes into a bundle.

Each module has a function `main(arguments)`. Its result is what `sys.exit` takes. `__main__.py` runs one of them by its name.
The modules run on the runtime's own interpreter, so they need the standard library of Python 3.9 at most.
"""
