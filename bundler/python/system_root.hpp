// A system root: a folder that holds the /usr of another Debian release. Programs that lbundle runs in it see
// it as the system.
#pragma once

#include <string>
#include <vector>

#include "python/interpreter.hpp"

namespace lbundle {

// Whether programs in a root can write to those folders of this machine that are shown beside the root's
// /usr.
enum class RootAccess { read_only, writable };

// Makes the folders and links that a root has before packages are unpacked into it: bin, lib, lib64 and sbin
// are links into usr/; usr/local and usr/src are empty folders over which this machine's own are mounted.
void prepare_root(const HostPath& root);

// Returns bubblewrap's arguments that show the root as the system: /usr is the root's, and everything else of
// this machine, /usr/local and /usr/src included, is at its own path. What the loader reads in /etc is the
// root's too. The arguments do not mount /dev and /proc.
std::vector<std::string> root_mounts(const HostPath& root, RootAccess access);

// Returns a path below the root as programs in the root name it ("/usr/bin/python3.13"). Returns any other
// path unchanged.
std::string path_inside(const HostPath& root, const HostPath& path);

// Returns the path on this machine of the file that programs in the root find at `path`. Links are resolved
// inside the root. The result is always below the root, even for a path outside the root's own folders.
HostPath file_in_root(const HostPath& root, const std::string& path);

// Returns the words that run a program in the interpreter's system; the program's own words follow them.
// There are none for this machine's system. For a root they are bubblewrap and its arguments, and the caller
// may add more arguments. The program has the same user, network, processes and current folder. Throws Error
// if bubblewrap cannot work.
std::vector<std::string> system_command(const Interpreter& interpreter);

// Returns the words that run the interpreter. The caller appends the interpreter's arguments.
std::vector<std::string> python_command(const Interpreter& interpreter);
// The same, with those arguments appended.
std::vector<std::string> python_command(const Interpreter& interpreter,
                                        const std::vector<std::string>& arguments);

}  // namespace lbundle
