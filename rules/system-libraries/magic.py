"""Makes libmagic's table, lib/magic.mgc, from the texts in magic/Magdir of its sources.

Arguments: the library built for this machine, the folder of its sources, the output folder. It may write to the current folder.
"""
import ctypes
import glob
import os
import shutil


def main(arguments):
    library, sources, output = arguments
    os.makedirs("magic")
    texts = glob.glob(os.path.join(sources, "magic/Magdir/*"))
    for path in sorted(texts + [os.path.join(sources, "magic", name) for name in ("Header", "Localstuff")]):
        shutil.copy(path, "magic")
    magic = ctypes.CDLL(library)
    magic.magic_open.restype = ctypes.c_void_p
    magic.magic_error.restype = ctypes.c_char_p
    magic.magic_error.argtypes = [ctypes.c_void_p]
    magic.magic_compile.argtypes = [ctypes.c_void_p, ctypes.c_char_p]
    cookie = magic.magic_open(0)
    if magic.magic_compile(cookie, b"magic") != 0:
        return magic.magic_error(cookie).decode()
    shutil.move("magic.mgc", output)
    return 0
