"""Finds what pickles import: modules and the names taken from them. Reads their opcodes and never loads a pickle."""
import bz2
import gzip
import io
import lzma
import re
import zipfile
import zlib

NAME = re.compile(r"\.*[A-Za-z_]\w*\Z")
# "a.b", "a.b:c", ".b:c" and "b:c": a module, or an object in one.
DOTTED = re.compile(r"\.*[A-Za-z_]\w*((\.[A-Za-z_]\w*)+(:[\w.]+)?|:[A-Za-z_][\w.]*)\Z")
OPENERS = {b"\x1f\x8b": gzip.decompress, b"BZh": bz2.decompress, b"\xfd7z": lzma.decompress, b"x\x01": zlib.decompress,
           b"x^": zlib.decompress, b"x\x9c": zlib.decompress, b"x\xda": zlib.decompress}
# Opcodes, as in pickletools: GLOBAL with its two lines, and the two opcodes for texts. Two short texts can name a class.
GLOBAL = re.compile(rb"c([A-Za-z_][\w.]*)\n([A-Za-z_][\w.]*)\n")
SHORT_TEXT = re.compile(rb"\x8c(.)", re.DOTALL)
TEXT = re.compile(rb"X(..)\0\0", re.DOTALL)


def pickles_in(content):
    """Returns the pickles in a file, which may be compressed (as joblib does) or an archive (as torch makes)."""
    for begin, opened in OPENERS.items():
        if content.startswith(begin):
            content = opened(content)
            break
    if content.startswith(b"PK\3\4"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return [archive.read(name) for name in archive.namelist() if name.endswith(".pkl")]
    return [content] if content.startswith(b"\x80") else []


def named_in_pickle(content):
    """Returns modules as [name, names taken from it]. There may be arrays between the opcodes, so it searches for the opcodes."""
    named = {(match[1].decode(), match[2].decode()) for match in GLOBAL.finditer(content)}
    texts = {}
    for match in SHORT_TEXT.finditer(content):
        text = content[match.end():match.end() + match[1][0]]
        after = match.end() + len(text)
        texts[match.start()] = (text, after + (content[after:after + 1] == b"\x94"))
    for text, after in texts.values():
        name, end = texts.get(after, (b"", 0))
        if content[end:end + 1] == b"\x93" and text.isascii() and name.isascii():
            named.add((text.decode(), name.decode()))
        elif text.isascii() and DOTTED.match(text.decode()):
            named.add((text.decode(), ""))
    for match in TEXT.finditer(content):
        text = content[match.end():match.end() + int.from_bytes(match[1], "little")]
        if len(text) < 120 and text.isascii() and DOTTED.match(text.decode()):
            named.add((text.decode(), ""))
    return sorted([module, [name.partition(".")[0]] if name else []] for module, name in named
                  if NAME.match(module) or DOTTED.match(module))


def named_in_pickles(content):
    """Returns what a file of pickles imports, as [module, names]; an empty list if the file has no pickles."""
    try:
        return [each for pickle in pickles_in(content) for each in named_in_pickle(pickle)]
    except (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError, zipfile.BadZipFile):
        return []
