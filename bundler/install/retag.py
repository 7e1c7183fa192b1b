"""Names a wheel that was built here for the machine and glibc that it was compiled for.

Arguments: the wheel, the platform tag. A wheel of pure Python keeps its name. The new file's path is printed.
"""
import base64
import hashlib
import os
import sys
import zipfile

path, platform = sys.argv[1:]
folder, name = os.path.split(path)
stem, _, tag = name[:-len(".whl")].rpartition("-")
if tag == "any":
    print(path)
    sys.exit(0)
target = os.path.join(folder, "%s-%s.whl" % (stem, platform))
written = target + ".new"
with zipfile.ZipFile(path) as old, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new:
    info = next(each for each in old.namelist() if each.count("/") == 1 and each.endswith(".dist-info/WHEEL"))
    lines = old.read(info).decode().splitlines()
    text = "".join((line[:line.rindex("-") + 1] + platform if line.startswith("Tag:") else line) + "\n" for line in lines)
    digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
    record = info[:-len("WHEEL")] + "RECORD"
    for entry in old.infolist():
        content = old.read(entry)
        if entry.filename == info:
            content = text.encode()
        elif entry.filename == record:
            rows = content.decode().splitlines()
            row = "%s,sha256=%s,%d" % (info, digest, len(text.encode()))
            content = "".join((row if each.startswith(info + ",") else each) + "\n" for each in rows).encode()
        new.writestr(entry, content)
os.unlink(path)
os.rename(written, target)
print(target)
