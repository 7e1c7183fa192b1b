"""Makes small zips with the forms that programs and people give them, right and wrong ones.

Each form is written byte by byte here, so that no archiver must be installed and the bytes are the same everywhere.
"""
import base64
import dataclasses
import gzip
import io
import struct
import zlib
import zipfile

STORED, DEFLATED, DEFLATE64, BZIP2, LZMA, AES = 0, 8, 9, 12, 14, 99
FAT, UNIX, NTFS = 0, 3, 10
ENCRYPTED, DESCRIPTOR, UTF8 = 1, 1 << 3, 1 << 11

PYTHON = b"import json\ndef handler(event, context):\n    return {'ok': True}\n"
JAVASCRIPT = b"exports.handler = async () => ({ ok: true });\n"
SHELL = b"#!/bin/sh\nset -e\nexec ./app\n"
MACH_O = b"\xcf\xfa\xed\xfe\x0c\0\0\1" + bytes(4000)
WINDOWS = b"MZ\x90\0" + bytes(4000)
APPLE_DOUBLE = b"\0\5\x16\7" + bytes(60)
DS_STORE = b"\0\0\0\1Bud1" + bytes(6000)
POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"a" * 64 + b"\nsize 104857600\n"
DOS_DATE, DOS_TIME = (2024 - 1980) << 9 | 3 << 5 | 1, 9 << 11 | 30 << 5


@dataclasses.dataclass
class Entry:
    """An entry of a zip, with each field that a form sets to something of its own."""
    name: object  # text, or the bytes as they are in the zip
    data: bytes = b""
    mode: int = 0o100644
    host: int = UNIX
    attributes: object = None  # default: the mode in the upper half
    method: int = DEFLATED
    flags: int = 0
    made_by: int = 20
    date: int = DOS_DATE
    extra: bytes = b""  # in both headers
    stated_size: bool = False  # a streamed entry whose local header has its size all the same, as bsdtar writes it
    zip64: bool = False
    crc: object = None

    @property
    def raw_name(self):
        return self.name if isinstance(self.name, bytes) else self.name.encode()

    def packed(self):
        if self.method in (STORED, LZMA, BZIP2, AES):
            return self.data
        # One stored block is the same for deflate and Deflate64.
        packer = zlib.compressobj(0 if self.method == DEFLATE64 else 9, zlib.DEFLATED, -15)
        return packer.compress(self.data) + packer.flush()


def zip_of(entries):
    """Returns the bytes of a zip with these entries."""
    out, directory = io.BytesIO(), io.BytesIO()
    for entry in entries:
        offset, packed, name = out.tell(), entry.packed(), entry.raw_name
        crc = zlib.crc32(entry.data) if entry.crc is None else entry.crc
        flags = entry.flags | (UTF8 if isinstance(entry.name, str) and not entry.name.isascii() else 0)
        streamed = bool(flags & DESCRIPTOR)
        local_size = len(entry.data) if not streamed or entry.stated_size else 0
        sizes = struct.pack("<LLL", 0 if streamed else crc, 0 if streamed else len(packed), local_size)
        local_extra = entry.extra
        if entry.zip64:
            sizes = struct.pack("<LLL", crc, 0xffffffff, 0xffffffff)
            local_extra += struct.pack("<HHQQ", 1, 16, len(entry.data), len(packed))
        common = struct.pack("<HHHH", flags, entry.method, DOS_TIME, entry.date)
        out.write(b"PK\3\4" + struct.pack("<H", 45 if entry.zip64 else 20) + common + sizes
                  + struct.pack("<HH", len(name), len(local_extra)) + name + local_extra + packed)
        if streamed:
            out.write(b"PK\7\x08" + struct.pack("<LLL", crc, len(packed), len(entry.data)))
        attributes = entry.mode << 16 if entry.attributes is None else entry.attributes
        directory.write(b"PK\1\2" + struct.pack("<BBH", entry.made_by, entry.host, 45 if entry.zip64 else 20) + common
                        + struct.pack("<LLL", crc, len(packed), len(entry.data))
                        + struct.pack("<HHHHHLL", len(name), len(entry.extra), 0, 0, 0, attributes, offset) + name + entry.extra)
    at = out.tell()
    out.write(directory.getvalue())
    out.write(b"PK\5\6" + struct.pack("<HHHHLLH", 0, 0, len(entries), len(entries), len(directory.getvalue()), at, 0))
    return out.getvalue()


def link(name, target):
    return Entry(name, target.encode(), 0o120777, method=STORED)


def windows(name, data=b""):
    return Entry(name, data, host=FAT, attributes=0x20)


def handler(**fields):
    return Entry("handler.py", PYTHON, **fields)


def for_processor(program, machine):
    """Returns the ELF file with another e_machine."""
    return program[:18] + struct.pack("<H", machine) + program[20:]


def for_system(program, os_abi):
    """Returns the ELF file with another EI_OSABI."""
    return program[:7] + bytes([os_abi]) + program[8:]


# The extra fields of Info-ZIP for times and owners; those of bsdtar and jar.
UNIX_TIMES = struct.pack("<HHBL", 0x5455, 5, 1, 1709285400) + struct.pack("<HHBBLBL", 0x7875, 11, 1, 4, 0, 4, 0)
JAR_MARK = struct.pack("<HH", 0xcafe, 0)
AES_FIELD = struct.pack("<HHHBBBH", 0x9901, 7, 2, 65, 69, 3, DEFLATED)


def bsdtar(*entries):
    return zip_of([dataclasses.replace(entry, flags=DESCRIPTOR, stated_size=True, extra=UNIX_TIMES) for entry in entries])


def jar(*entries):
    first = Entry("META-INF/", b"", host=FAT, attributes=0, flags=DESCRIPTOR, extra=JAR_MARK)
    return zip_of([first] + [dataclasses.replace(entry, host=FAT, attributes=0, flags=DESCRIPTOR) for entry in entries])


def forms(program, library):
    """Returns {name: bytes} of all forms; `program` and `library` are ELF files for x86_64 that fit every runtime."""
    big = "".join(str(i * i) for i in range(4000)).encode()
    text = Entry("big.txt", big)
    fat = zip_of([windows("handler.py", PYTHON), windows("pkg/__init__.py")])
    made = {
        # modes
        "tf-mode-zero": [handler(mode=0o100000)],
        "mode-0600": [handler(mode=0o100600)],
        "mode-0640": [handler(mode=0o100640)],
        "go-no-attr": [handler(mode=0o600)],
        "dir-0700": [Entry("pkg/", b"", 0o040700), Entry("pkg/__init__.py"), handler()],
        # Windows
        "fat-python": fat,
        "fat-bootstrap": [windows("bootstrap", program)],
        "noexec-bootstrap": [Entry("bootstrap", program)],
        "backslash-fat": [windows("handler.py", PYTHON), windows("pkg\\Q__init__.py"), windows("pkg\\Qa.py", b"x=1\n")],
        "backslash-ntfs": [Entry("handler.py", PYTHON, host=NTFS), Entry("pkg\\Q__init__.py", host=NTFS)],
        # everything below one folder, or in another zip
        "nested-python": [Entry("myfunc/handler.py", PYTHON), Entry("myfunc/requests/__init__.py")],
        "nested-macos": [Entry("myfunc/", b"", 0o040755), Entry("myfunc/handler.py", PYTHON), Entry("__MACOSX/", b"", 0o040755),
                         Entry("__MACOSX/myfunc/._handler.py", APPLE_DOUBLE), Entry("myfunc/.DS_Store", DS_STORE)],
        "nested-bootstrap": [Entry("release/bootstrap", program, 0o100755)],
        "zip-in-zip": [Entry("function.zip", zip_of([handler()]))],
        "macos-ditto": [handler(), Entry("__MACOSX/._handler.py", APPLE_DOUBLE), Entry(".DS_Store", DS_STORE)],
        # custom runtimes
        "bootstrap-crlf": [Entry("bootstrap", SHELL.replace(b"\n", b"\r\n"), 0o100755), Entry("app", program, 0o100755)],
        "bootstrap-missing": [Entry("main", program, 0o100755)],
        "bootstrap-case": [Entry("Bootstrap", program, 0o100755)],
        "bootstrap-interp-missing": [Entry("bootstrap", b"#!/usr/bin/php\n<?php\n", 0o100755)],
        "bootstrap-noshebang": [Entry("bootstrap", b"cd $LAMBDA_TASK_ROOT\n./app\n", 0o100755), Entry("app", program, 0o100755)],
        "bootstrap-dir": [Entry("bootstrap/app.js", JAVASCRIPT)],
        "bootstrap-arm64": [Entry("bootstrap", for_processor(program, 183), 0o100755)],
        "bootstrap-macho": [Entry("bootstrap", MACH_O, 0o100755)],
        "bootstrap-exe": [Entry("bootstrap.exe", WINDOWS, 0o100755)],
        # the container's form
        "lzma": [handler(method=LZMA)],
        "bzip2": [handler(method=BZIP2)],
        "made-by-45": [handler(made_by=45)],
        "zip64-forced": [handler(zip64=True)],
        "streamed": [handler(flags=DESCRIPTOR)],
        "streamed-stored": [handler(flags=DESCRIPTOR, method=STORED)],
        "duplicate": [handler(), Entry("handler.py", b"raise SystemExit\n")],
        "case-clash": [Entry("Handler.py", PYTHON), handler()],
        "file-and-folder": [Entry("pkg", b"x"), Entry("pkg/__init__.py"), handler()],
        "traversal": [handler(), Entry("../opt/x.py")],
        "absolute": [Entry("/var/task/handler.py", PYTHON)],
        "dot-slash": [Entry("./handler.py", PYTHON)],
        "link-absolute": [Entry("index.mjs", JAVASCRIPT), link("node_modules", "/opt/nodejs/node_modules")],
        "link-outside": [handler(), link("shared", "../../shared")],
        "link-dangling": [handler(), link("lib/libz.so.1", "libz.so.1.2.13")],
        "old-date": [handler(date=0)],
        "fifo": [handler(), Entry("pipe", b"", 0o010644)],
        "latin1": [handler(), Entry(b"vorlagen/gr\xfc\xdfn.txt", b"x")],
        "nfd": [handler(), Entry("vorlagen/gru\u0308n.txt", b"x")],
        "empty": [],
        "bad-crc": [handler(mode=0o100640, crc=zlib.crc32(PYTHON) ^ 0xff)],
        # archivers
        "7z-deflate64": [dataclasses.replace(text, method=DEFLATE64, made_by=63), handler(method=STORED, made_by=63)],
        "7z-aes": [Entry("big.txt", bytes(60), method=AES, flags=ENCRYPTED, extra=AES_FIELD),
                   Entry("handler.py", bytes(60), method=AES, flags=ENCRYPTED, extra=AES_FIELD)],
        "7z-default": [dataclasses.replace(text, made_by=63), handler(method=STORED, made_by=63)],
        "encrypted": [Entry("handler.py", bytes(12) + PYTHON, method=STORED, flags=ENCRYPTED)],
        "bsdtar": bsdtar(handler(), text),
        "bsd2": bsdtar(handler()),
        "jar": jar(Entry("META-INF/MANIFEST.MF", b"Manifest-Version: 1.0\r\n"), handler(), text),
        "infozip": [dataclasses.replace(text, made_by=30, extra=UNIX_TIMES), handler(made_by=30, extra=UNIX_TIMES)],
        # native code for elsewhere
        "python-macos-so": [handler(), Entry("numpy/__init__.py"),
                            Entry("numpy/core/_multiarray_umath.cpython-311-darwin.so", MACH_O, 0o100755)],
        "python-windows-pyd": [handler(), Entry("numpy/__init__.py"),
                               Entry("numpy/core/_multiarray_umath.cp311-win_amd64.pyd", WINDOWS)],
        "python-other-version": [handler(), Entry("pydantic_core/__init__.py"),
                                 Entry("pydantic_core/_pydantic_core.cpython-312-x86_64-linux-gnu.so", library, 0o100755)],
        "python-musl": [handler(), Entry("pydantic_core/__init__.py"),
                        Entry("pydantic_core/_pydantic_core.cpython-311-x86_64-linux-musl.so", library, 0o100755)],
        "node-macos-addon": [Entry("index.js", JAVASCRIPT), Entry("node_modules/sharp/package.json", b'{"name":"sharp"}'),
                             Entry("node_modules/@img/sharp-darwin-arm64/lib/sharp-darwin-arm64.node", MACH_O, 0o100755)],
        "node-windows-addon": [Entry("index.js", JAVASCRIPT),
                               Entry("node_modules/bcrypt/lib/binding/napi-v3/bcrypt_lib.node", WINDOWS)],
        "node-esm-no-type": [Entry("index.js", b"export const handler = async () => ({});\n"),
                             Entry("package.json", b'{"name":"x"}')],
        "node-ts": [Entry("index.ts", b"export const handler = async (): Promise<number> => 1;\n"), Entry("package.json", b"{}")],
        "lfs-pointer": [handler(), Entry("model.onnx", POINTER), Entry("lib/libgdal.so.32", POINTER)],
        "so-is-text-link": [handler(), Entry("lib/libvips.so.42", b"libvips.so.42.12.1"),
                            Entry("lib/libvips.so.42.12.1", library, 0o100755)],
        # layers
        "layer-py-good": [Entry("python/requests/__init__.py"), Entry("python/requests-2.32.3.dist-info/METADATA", b"Name: requests\n")],
        "layer-py-site": [Entry("python/lib/python3.9/site-packages/requests/__init__.py")],
        "layer-py-noprefix": [Entry("requests/__init__.py"), Entry("requests-2.32.3.dist-info/METADATA", b"Name: requests\n")],
        "layer-py-venv": [Entry("venv/lib/python3.11/site-packages/requests/__init__.py")],
        "layer-node-good": [Entry("nodejs/node_modules/ms/package.json", b'{"name":"ms"}'), Entry("nodejs/node_modules/ms/index.js")],
        "layer-node-noprefix": [Entry("node_modules/ms/package.json", b'{"name":"ms"}'), Entry("node_modules/ms/index.js")],
        "layer-node-flat": [Entry("nodejs/ms/package.json", b'{"name":"ms"}'), Entry("nodejs/ms/index.js")],
        "layer-opt": [Entry("opt/lib/libpq.so.5", library, 0o100755)],
        # no zips
        "truncated": fat[:-40],
        "trailing": fat + b"\n\n",
        "prefixed": b"#!/usr/bin/env python3\n" + fat,
        "base64": base64.b64encode(fat),
        "targz": gzip.compress(bytes(5000)),
        "html": b"<html><body>AccessDenied</body></html>",
        "empty-file": b"",
    }
    return {name: content if isinstance(content, bytes) else zip_of(content) for name, content in made.items()}


def is_whole(content):
    """True if Python finds every entry of the zip intact: a test of the writer above."""
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        return opened.testzip() is None
