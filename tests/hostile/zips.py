"""Zips that an attacker would send, made by functions, and what `lbundle check` must say of each.

Every zip is smaller than 1 MB. `check` and `verify` end with the verdict within 5 s and 256 MB.
"""
import dataclasses
import gzip
import io
import base64
import struct
import tarfile
import typing
import zlib

from zip_forms import DEFLATED, STORED, Entry, handler, zip_of

MEGABYTE = 1 << 20
LIMIT = 250 * MEGABYTE
RECORD = "a%d-1.dist-info/RECORD"


def packed(pieces):
    """Returns (deflated bytes, CRC, size) of a content that is given in pieces."""
    packer, out, crc, size = zlib.compressobj(9, zlib.DEFLATED, -15), io.BytesIO(), 0, 0
    for piece in pieces:
        out.write(packer.compress(piece))
        crc, size = zlib.crc32(piece, crc), size + len(piece)
    out.write(packer.flush())
    return out.getvalue(), crc, size


def local(name, data, crc, size, method=DEFLATED):
    return struct.pack("<4sHHHHHIIIHH", b"PK\3\4", 20, 0, method, 0, 33, crc, len(data), size, len(name), 0) + name + data


def line(name, zipped, crc, size, offset, method=DEFLATED, mode=0o100644):
    return struct.pack("<4sHHHHHHIIIHHHHHII", b"PK\1\2", 0x314, 20, 0, method, 0, 33, crc, zipped, size, len(name), 0, 0, 0, 0,
                       mode << 16, offset) + name


def end(lines, offset, count=None):
    directory = b"".join(lines)
    count = len(lines) if count is None else count
    return directory + struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, count, count, len(directory), offset, 0)


def one_content(names, pieces, method=DEFLATED):
    """Returns a zip with an entry for each name; each has its own local header and the same content."""
    data, crc, size = packed(pieces) if method == DEFLATED else (pieces[0], zlib.crc32(pieces[0]), len(pieces[0]))
    out, lines = io.BytesIO(), []
    for name in names:
        lines.append(line(name, len(data), crc, size, out.tell(), method))
        out.write(local(name, data, crc, size, method))
    return out.getvalue() + end(lines, out.tell())


def over_one_entry(count, size, name=lambda number: b"%08d" % number):
    """Returns a zip whose `count` directory lines all lead to the same entry of `size` bytes."""
    data, crc, size = packed([b"a" * MEGABYTE] * (size // MEGABYTE))
    first = local(name(0), data, crc, size)
    return first + end([line(name(number), len(data), crc, size, 0) for number in range(count)], len(first))


def named(*names):
    return zip_of([Entry(name, b"x", method=STORED) for name in names])


def zeros(megabytes):
    return (bytes(MEGABYTE) for _ in range(megabytes))


def lying(**fields):
    """Returns a zip whose entry has other bytes than both headers say."""
    data, crc, size = packed(fields.pop("pieces"))
    stated = {"crc": crc, "size": size, "zipped": len(data), **fields}
    first = struct.pack("<4sHHHHHIIIHH", b"PK\3\4", 20, 0, 8, 0, 33, stated["crc"], stated["zipped"], stated["size"], 10, 0)
    first += b"handler.py" + data
    return first + end([line(b"handler.py", stated["zipped"], stated["crc"], stated["size"], 0)], len(first))


def nested(depth):
    """Returns a zip in a zip, `depth` times."""
    inner = zip_of([handler()])
    for number in range(depth):
        inner = zip_of([Entry("%d.zip" % number, inner, method=STORED)])
    return inner


def records(count, row, rows):
    """Returns a zip with `count` RECORD files, each of which lists `rows` files; `row` makes the path of one."""
    text = "".join(row(number) + ",,\n" for number in range(rows)).encode()
    names = [RECORD.encode() % number for number in range(count)]
    return one_content(names, [text])


def links(count):
    """Returns a zip of links that each lead through the same folder 1,300 times, and to the next link."""
    return zip_of([Entry("a/b", b"x")] + [Entry("l%05d" % number, ("a/../" * 800 + "l%05d" % (number + 1)).encode(), 0o120777)
                                         for number in range(count)])


def with_end(zipped, **fields):
    """Returns the zip with other values in its end record: entries, size, offset."""
    record = list(struct.unpack("<4sHHHHIIH", zipped[-22:]))
    for key, value in fields.items():
        for at in {"entries": (3, 4), "size": (5,), "offset": (6,)}[key]:
            record[at] = value
    return zipped[:-22] + struct.pack("<4sHHHHIIH", *record)


@dataclasses.dataclass
class Sample:
    make: typing.Callable[[], bytes]
    codes: tuple  # findings that there must be
    absent: tuple = ()
    bomb: bool = False  # hundreds of megabytes unzipped, so it takes seconds to make and is too large for a fuzzer's seed


DEEP = "d/" * 2000
# By name: the zip, and the codes that `check` reports. All are refused.
JUDGED = {
    "a-name-with-20000-folders": Sample(lambda: named("d/" * 20000 + "x"), ("name-too-long", "contents-not-checked")),
    "many-deep-names": Sample(lambda: named(*("%03d/" % number + "d/" * 1900 + "x" for number in range(120))),
                              ("too-many-folders", "contents-not-checked")),
    "deep-names-with-a-common-beginning": Sample(lambda: named(*(DEEP + "%02d" % number for number in range(110)), *(["twice"] * 2)),
                                                 ("name-twice",)),
    "a-name-longer-than-path-max": Sample(lambda: named("x/" * 2047 + "y"), ("name-too-long",)),
    "a-part-longer-than-name-max": Sample(lambda: named("n" * 256), ("name-too-long",)),
    "a-name-of-65535-bytes": Sample(lambda: named("n/" * 32767 + "n"), ("name-too-long",)),
    "2000-lines-over-one-entry": Sample(lambda: over_one_entry(2000, 20 * MEGABYTE),
                                        ("entries-overlap", "unzipped-too-large", "contents-not-checked"), ("entry-damaged",)),
    "10-lines-over-one-entry": Sample(lambda: over_one_entry(10, 20 * MEGABYTE), ("entries-overlap", "contents-not-checked")),
    "lines-over-one-record": Sample(lambda: over_one_entry(4000, 7 * MEGABYTE, lambda number: RECORD.encode() % (10000 + number)),
                                    ("entries-overlap",)),
    "65535-equal-lines": Sample(lambda: over_one_entry(18000, MEGABYTE, lambda number: b"a"), ("entries-overlap", "name-twice")),
    "a-bomb": Sample(lambda: one_content([b"handler.py"], zeros(900)), ("unzipped-too-large", "contents-not-checked"),
                     ("entry-damaged",), bomb=True),
    "a-bomb-of-native-code": Sample(lambda: one_content([b"a.so", b"b.so", b"c.so"], [b"\x7fELF\2\1\1", *zeros(300)]),
                                    ("unzipped-too-large", "contents-not-checked"), bomb=True),
    "a-bomb-within-the-limit-and-a-fault": Sample(lambda: one_content([b"big.so", b"big.so"], [b"\x7fELF\2\1\1", *zeros(120)]),
                                                  ("name-twice",), bomb=True),
    "less-than-the-header-says": Sample(lambda: lying(pieces=[b"x" * 100], size=200), ("entry-damaged",)),
    "more-than-the-header-says": Sample(lambda: lying(pieces=zeros(800), size=100), ("entry-damaged",), bomb=True),
    "a-size-of-four-gigabytes": Sample(lambda: lying(pieces=[b"x"], size=0xfffffffe), ("unzipped-too-large", "contents-not-checked")),
    "more-zipped-bytes-than-the-file-has": Sample(lambda: lying(pieces=[b"x"], zipped=0x7fffffff), ("entries-overlap",)),
    "another-checksum": Sample(lambda: lying(pieces=[b"x"], crc=1), ("entry-damaged",)),
    "records-of-many-lines": Sample(lambda: records(4, str, 100_000), ("handler-missing",)),
    "records-of-deep-paths": Sample(lambda: records(8, lambda number: "d/" * 2000 + str(number), 1900), ("handler-missing",)),
    "links-that-lead-through-each-other": Sample(lambda: links(6000), ("links-not-checked", "link-loops")),
    "a-link-of-a-megabyte": Sample(lambda: zip_of([Entry("l", b"a/" * (MEGABYTE // 2), 0o120777)]), ("link-dangles",)),
    "a-zip-in-a-zip-in-a-zip": Sample(lambda: nested(50), ("zip-in-zip",)),
    "no-entry": Sample(lambda: zip_of([]), ("empty",)),
    "names-with-control-characters": Sample(lambda: named("a\x1b[2Jb", "c\nd", "a\x1b[2Jb"), ("name-twice",)),
}

# Entries that a zip of less than a megabyte can have, but not as one that Lambda accepts: names of one to three bytes.
SHORT_NAMES = [bytes((first, second)) for first in range(48, 123) for second in range(48, 123)]
JUDGED["10000-empty-entries-and-as-many-again"] = Sample(
    lambda: one_content(SHORT_NAMES[:5000] * 2, [b""], STORED), ("name-twice",))

GOOD = zip_of([handler()])


def tar_of():
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        tar.addfile(tarfile.TarInfo("handler.py"))
    return out.getvalue()


ZSTD = b"\x28\xb5\x2f\xfd\x24\x01\x09\x00\x00x\xdd\xe9\x85\xd2"
# By name: the bytes, and texts that the error on standard error must have: what it is, and the way out. The exit status is 3.
NOT_ZIPS = {
    "empty": (b"", "it is empty", "hint: "),
    "cut-short": (GOOD[:-30], "it was cut short", "copy or download it again"),
    "its-beginning-is-gone": (GOOD[20:], "its beginning is missing", "copy or download it again"),
    "base64": (base64.encodebytes(GOOD), "it is a zip in base64", "base64 -d"),
    "base64-in-one-line-in-quotes": (b'"' + base64.b64encode(GOOD) + b'"\n', "it is a zip in base64", "base64 -d"),
    "gzip": (gzip.compress(GOOD), "it is gzip data", "zip the files"),
    "gzip-of-a-zip": (gzip.compress(GOOD), "it is gzip data", "gzip -d"),
    "tar": (tar_of(), "it is a tar archive", "zip the files"),
    "zstd": (ZSTD, "it is zstd data", "zip the files"),
    "html": (b"\r\n<!DOCTYPE html><html><title>404</title>", "it is an HTML page", "download again"),
    "html-with-a-comment": (b"<!-- cached --><HTML><body>Sign in</body>", "it is an HTML page", "download again"),
    "xml": (b"<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>", "it is XML", "download again"),
    "json": (b'{"message": "Not Found"}', "it is JSON", "name the zip"),
    "json-with-the-zip": (b'{"ZipFile": "' + base64.b64encode(GOOD) + b'"}', "it is JSON", "holds a zip in base64"),
    "text": (b"hello\n", "it is text", "hint: "),
    "zeros": (bytes(5000), "it is not a zip", "hint: "),
    "two-zips-in-a-row": (GOOD + GOOD, "bytes precede the zip", "hint: "),
    "a-comment-that-ends-nowhere": (GOOD[:-2] + b"\xff\xff", "it was cut short", "hint: "),
    "a-directory-beyond-the-end": (with_end(GOOD, offset=0x7fffffff), "its beginning is missing", "hint: "),
    "more-entries-than-the-directory-has": (with_end(GOOD, entries=0xfffe), "its central directory is damaged", "hint: "),
    "a-directory-of-four-gigabytes": (with_end(GOOD, size=0xfffffffe, offset=0), "its central directory is damaged", "hint: "),
}
