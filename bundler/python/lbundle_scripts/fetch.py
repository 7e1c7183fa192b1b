"""Fetches a file, or unpacks an archive, for what staging compiles.

    fetch URL TARGET         saves what URL gives; uses this machine's proxies and certificates
    unpack ARCHIVE FOLDER    unpacks the files of a tar archive without its top folder

Prints nothing if it succeeds. If it fails, it prints one line on stderr and exits with status 1.
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
            # Links and devices are not sources, and no path may lead out of the folder.
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
