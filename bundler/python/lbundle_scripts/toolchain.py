"""Makes a folder with which C and C++ are compiled for a runtime, with zig and this interpreter's headers.

Arguments: the folder, zig's program, the machine ("aarch64"), the glibc ("2.26"). The interpreter that runs it represents the
runtime's. The folder gets three things: bin/ has compilers under their usual names; include/ has headers that this machine keeps
under another machine's name; sysconfigdata.py has compiler, flags and file names for build tools. lbundle mounts sysconfigdata.py
over the path that is printed on stdout. If the interpreter's headers are missing, it prints their folder and exits with status 3.
"""
import importlib
import os
import stat
import sys
import sysconfig

NO_HEADERS = 3
COMPILERS = {"cc": "cc gcc clang", "c++": "c++ g++ clang++"}
PLAIN = "ar ranlib"
CRYPT = "/usr/include/crypt.h"


def write_program(folder, name, text):
    path = os.path.join(folder, "bin", name)
    with open(path, "w") as file:
        file.write("#!/bin/sh\n" + text)
    os.chmod(path, os.stat(path).st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)


def write_programs(folder, zig, machine, glibc):
    # An optimised build without debug information, and without zig's sanitizer, because that calls a library that no runtime has.
    flags = "-target %s-linux-gnu.%s -fno-sanitize=undefined -g0 -isystem %s/include" % (machine, glibc, folder)
    os.makedirs(os.path.join(folder, "bin"))
    for command, names in COMPILERS.items():
        for name in names.split():
            for prefix in ("", machine + "-linux-gnu-"):
                # The last flag counts, so no flag of a build tool can turn debug information on.
                write_program(folder, prefix + name, 'exec "%s" %s %s "$@" -g0\n' % (zig, command, flags))
    for name in PLAIN.split():
        write_program(folder, name, 'exec "%s" %s "$@"\n' % (zig, name))


def own_triplet(machine):
    return sysconfig.get_config_var("MULTIARCH") or machine + "-linux-gnu"


def link_headers(folder, machine):
    """Links headers into include/. Debian's pyconfig.h only includes another file for each machine, such as
    <x86_64-linux-gnu/python3.11/pyconfig.h>."""
    version = "python%d.%d" % sys.version_info[:2]
    there = os.path.join("/usr/include", own_triplet(machine), version)
    if os.path.isdir(there):
        for triplet in {own_triplet(machine), machine + "-linux-gnu"}:
            os.makedirs(os.path.join(folder, "include", triplet))
            os.symlink(there, os.path.join(folder, "include", triplet, version))
    # Python.h of 3.9 and 3.10 includes <crypt.h>, which belongs to libcrypt. zig does not have it.
    if os.path.isfile(CRYPT):
        os.makedirs(os.path.join(folder, "include"), exist_ok=True)
        os.symlink(CRYPT, os.path.join(folder, "include", "crypt.h"))


def build_time_variables(folder, machine, known):
    """Returns the build-time variables for the folder's compilers. `known` has the interpreter's own variables."""
    variables = {}
    for name, value in known.items():
        # These are names of files and folders that contain the machine.
        if isinstance(value, str) and name in ("EXT_SUFFIX", "SOABI", "MULTIARCH", "HOST_GNU_TYPE"):
            value = value.replace(own_triplet(machine).split("-")[0], machine)
        variables[name] = value
    cc, cxx = os.path.join(folder, "bin/cc"), os.path.join(folder, "bin/c++")
    optimised = "-DNDEBUG -fwrapv -O2"
    variables.update({
        "CC": cc, "CXX": cxx, "LDSHARED": cc + " -shared", "LDCXXSHARED": cxx + " -shared", "BLDSHARED": cc + " -shared",
        "LINKCC": cc, "AR": os.path.join(folder, "bin/ar"), "RANLIB": os.path.join(folder, "bin/ranlib"), "ARFLAGS": "rcs",
        "OPT": optimised, "CFLAGS": optimised, "PY_CFLAGS": optimised, "BASECFLAGS": "", "CONFIGURE_CFLAGS": "", "CPPFLAGS": "",
        "PY_CPPFLAGS": "", "CONFIGURE_CPPFLAGS": "", "LDFLAGS": "", "PY_LDFLAGS": "", "CONFIGURE_LDFLAGS": "", "CCSHARED": "-fPIC",
    })
    return variables


def main(arguments):
    folder, zig, machine, glibc = arguments
    headers = sysconfig.get_path("include")
    if not os.path.isfile(os.path.join(headers, "Python.h")):
        print(headers)
        return NO_HEADERS
    write_programs(folder, zig, machine, glibc)
    link_headers(folder, machine)
    place = importlib.import_module(sysconfig._get_sysconfigdata_name())
    with open(os.path.join(folder, "sysconfigdata.py"), "w") as file:
        file.write("build_time_vars = %r\n" % build_time_variables(folder, machine, place.build_time_vars))
    print(os.path.realpath(place.__file__))
    return 0
