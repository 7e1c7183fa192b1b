"""Renames a wheel that was built here for the machine and glibc that it was compiled for.

Arguments: the wheel, the platform tag. A wheel of pure Python keeps its name. Prints the path of the resulting file.
"""
import base64
import hashlib
import os
import zipfile


def tagged(wheel_text, platform):
    """Returns the text of the file WHEEL with `platform` in each of its tags."""
    lines = wheel_text.splitlines()
    return "".join((line[:line.rindex("-") + 1] + platform if line.startswith("Tag:") else line) + "\n" for line in lines)


def recorded(record_text, name, content):
    """Returns the text of the file RECORD with the digest and size of `content` for the file `name`."""
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    row = "%s,sha256=%s,%d" % (name, digest, len(content))
    return "".join((row if each.startswith(name + ",") else each) + "\n" for each in record_text.splitlines())


def copy_with_tag(old, new, platform):
    info = next(each for each in old.namelist() if each.count("/") == 1 and each.endswith(".dist-info/WHEEL"))
    wheel_text = tagged(old.read(info).decode(), platform).encode()
    for entry in old.infolist():
        content = old.read(entry)
        if entry.filename == info:
            content = wheel_text
        elif entry.filename == info[:-len("WHEEL")] + "RECORD":
            content = recorded(content.decode(), info, wheel_text).encode()
        new.writestr(entry, content)


def main(arguments):
    path, platform = arguments
    folder, name = os.path.split(path)
    stem, _, tag = name[:-len(".whl")].rpartition("-")
    if tag == "any":
        print(path)
        return 0
    target = os.path.join(folder, "%s-%s.whl" % (stem, platform))
    written = target + ".new"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new:
        copy_with_tag(old, new, platform)
    os.unlink(path)
    os.rename(written, target)
    print(target)
    return 0
