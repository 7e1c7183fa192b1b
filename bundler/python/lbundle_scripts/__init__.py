"""The Python programs that lbundle runs while it stages and builds. None of them goes into a bundle.

Each module has a function `main(arguments)`. Its result is passed to `sys.exit`. `__main__.py` runs one of the modules by its name.
The modules run on the runtime's own interpreter, so they use only what Python 3.9 has.
"""
