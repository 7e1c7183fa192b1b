"""Writes bytecode that Python takes without a look at its source (PEP 552, unchecked hash)."""
import marshal

import _imp
from importlib.util import MAGIC_NUMBER

UNCHECKED_HASH = (1).to_bytes(4, "little")


def write_bytecode(target, source, code):
    """`source` is the text as bytes, whose hash the bytecode carries, and `code` what was compiled from it."""
    source_hash = _imp.source_hash(int.from_bytes(MAGIC_NUMBER, "little"), source)
    with open(target, "wb") as file:
        file.write(MAGIC_NUMBER + UNCHECKED_HASH + source_hash + marshal.dumps(code))
