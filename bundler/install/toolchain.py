"""Makes a folder from which C and C++ are compiled for a runtime, by zig and this interpreter's headers.

Arguments: the folder, zig's program, the machine ("aarch64"), the glibc ("2.26"). Run by the interpreter that stands for the
runtime's. It holds bin/ with compilers under their usual names, include/ with headers that this machine keeps under another
machine's name, and sysconfigdata.py, which is to stand in the place that is printed on stdout: what build tools take compiler,
flags and file names from. Ends with status 3 where the interpreter's headers are not there.
"""
import importlib
import os
import stat
import sys
import sysconfig

folder, zig, machine, glibc = sys.argv[1:]
headers = sysconfig.get_path("include")
if not os.path.isfile(os.path.join(headers, "Python.h")):
    print(headers)
    sys.exit(3)

# An optimised build without zig's own sanitizer, which would call a library that no runtime has; no debug information.
FLAGS = "-target %s-linux-gnu.%s -fno-sanitize=undefined -g0 -isystem %s/include" % (machine, glibc, folder)
COMPILERS = {"cc": "cc gcc clang", "c++": "c++ g++ clang++"}
PLAIN = "ar ranlib"


def write_program(name, text):
    path = os.path.join(folder, "bin", name)
    with open(path, "w") as file:
        file.write("#!/bin/sh\n" + text)
    os.chmod(path, os.stat(path).st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)


os.makedirs(os.path.join(folder, "bin"))
for command, names in COMPILERS.items():
    for name in names.split():
        for prefix in ("", machine + "-linux-gnu-"):
            # What comes last counts: no flag of a build tool may turn debug information on.
            write_program(prefix + name, 'exec "%s" %s %s "$@" -g0\n' % (zig, command, FLAGS))
for name in PLAIN.split():
    write_program(name, 'exec "%s" %s "$@"\n' % (zig, name))

# Debian's pyconfig.h is one line for each machine, which includes <x86_64-linux-gnu/python3.11/pyconfig.h>.
version = "python%d.%d" % sys.version_info[:2]
own = sysconfig.get_config_var("MULTIARCH") or machine + "-linux-gnu"
there = os.path.join("/usr/include", own, version)
if os.path.isdir(there):
    for triplet in {own, machine + "-linux-gnu"}:
        os.makedirs(os.path.join(folder, "include", triplet))
        os.symlink(there, os.path.join(folder, "include", triplet, version))

# Python.h of 3.9 and 3.10 includes <crypt.h>, which is libcrypt's and none of zig's.
crypt = "/usr/include/crypt.h"
if os.path.isfile(crypt):
    os.makedirs(os.path.join(folder, "include"), exist_ok=True)
    os.symlink(crypt, os.path.join(folder, "include", "crypt.h"))

variables = dict(sysconfig.get_config_vars())
place = importlib.import_module(sysconfig._get_sysconfigdata_name())
cc, cxx = os.path.join(folder, "bin/cc"), os.path.join(folder, "bin/c++")
build_time = {}
for name, value in place.build_time_vars.items():
    # Names of files and folders that carry the machine: EXT_SUFFIX, SOABI, MULTIARCH.
    if isinstance(value, str) and name in ("EXT_SUFFIX", "SOABI", "MULTIARCH", "HOST_GNU_TYPE"):
        value = value.replace(own.split("-")[0], machine)
    build_time[name] = value
optimised = "-DNDEBUG -fwrapv -O2"
build_time.update({
    "CC": cc, "CXX": cxx, "LDSHARED": cc + " -shared", "LDCXXSHARED": cxx + " -shared", "BLDSHARED": cc + " -shared",
    "LINKCC": cc, "AR": os.path.join(folder, "bin/ar"), "RANLIB": os.path.join(folder, "bin/ranlib"), "ARFLAGS": "rcs",
    "OPT": optimised, "CFLAGS": optimised, "PY_CFLAGS": optimised, "BASECFLAGS": "", "CONFIGURE_CFLAGS": "", "CPPFLAGS": "",
    "PY_CPPFLAGS": "", "CONFIGURE_CPPFLAGS": "", "LDFLAGS": "", "PY_LDFLAGS": "", "CONFIGURE_LDFLAGS": "", "CCSHARED": "-fPIC",
})
with open(os.path.join(folder, "sysconfigdata.py"), "w") as file:
    file.write("build_time_vars = %r\n" % build_time)
print(os.path.realpath(place.__file__))
