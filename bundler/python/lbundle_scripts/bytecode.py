"""Writes bytecode that Python loads without checking its source (PEP 552, unchecked hash)."""
import marshal

import _imp
from importlib.util import MAGIC_NUMBER

UNCHECKED_HASH = (1).to_bytes(4, "little")


def write_bytecode(target, source, code):
    """Writes the bytecode `code` to `target`. `source` is the source as bytes; the bytecode contains its hash."""
    source_hash = _imp.source_hash(int.from_bytes(MAGIC_NUMBER, "little"), source)
    with open(target, "wb") as file:
        file.write(MAGIC_NUMBER + UNCHECKED_HASH + source_hash + marshal.dumps(code))
