"""Fetches a file, and unpacks an archive, for what staging compiles.

    fetch URL TARGET         the bytes of URL, by this machine's proxies and certificates
    unpack ARCHIVE FOLDER    a tar archive's files below its only folder; prints nothing

Ends with one line on stderr and status 1 where it cannot.
"""
import os
import shutil
import tarfile
import urllib.request


def fetch(url, target):
    request = urllib.request.Request(url, headers={"User-Agent": "lbundle"})
    with urllib.request.urlopen(request, timeout=30) as answer, open(target, "wb") as file:
        shutil.copyfileobj(answer, file)


def unpack(archive, folder):
    with tarfile.open(archive) as tar:
        for member in tar:
            # Links and devices are no sources, and no path may leave the folder.
            parts = member.name.split("/")[1:]
            if not member.isfile() or not parts or ".." in parts:
                continue
            target = os.path.join(folder, *parts)
            os.makedirs(os.path.dirname(target), exist_ok=True)
            with tar.extractfile(member) as source, open(target, "wb") as file:
                shutil.copyfileobj(source, file)


def main(arguments):
    try:
        {"fetch": fetch, "unpack": unpack}[arguments[0]](*arguments[1:])
    except (OSError, ValueError, EOFError, tarfile.TarError) as error:
        return "%s: %s" % (type(error).__name__, error)
    return 0
