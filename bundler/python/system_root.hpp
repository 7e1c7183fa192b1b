// A system root: a folder that holds the /usr of another Debian release, and is the system for the programs
// that lbundle runs in it.
#pragma once

#include <string>
#include <vector>

#include "python/interpreter.hpp"

namespace lbundle {

// What can be written to of this machine's folders that are shown beside the root's /usr.
enum class RootAccess { read_only, writable };

// Makes the folders and links that a root has before packages are unpacked into it: bin, lib, lib64 and sbin
// lead to usr/, and usr/local and usr/src are places for this machine's own.
void prepare_root(const HostPath& root);

// bubblewrap's arguments that show the root as the system: its /usr, and everything else of this machine at
// its own path, /usr/local and /usr/src too. What the loader reads in /etc is the root's. /dev and /proc are
// not among them.
std::vector<std::string> root_mounts(const HostPath& root, RootAccess access);

// A path below the root, as programs in it name it ("/usr/bin/python3.13"). Any other path stays as it is.
std::string path_inside(const HostPath& root, const HostPath& path);

// The file that programs in the root find at `path`, on this machine, with links resolved inside the root. A
// path that is not in the root's own folders is given below the root as it stands.
HostPath file_in_root(const HostPath& root, const std::string& path);

// The words that run a program in the interpreter's system, before the program's own: none for this
// machine's, for a root bubblewrap with its arguments, to which more may be added. Same user, same network
// and processes, same current folder. Throws Error where bubblewrap cannot work.
std::vector<std::string> system_command(const Interpreter& interpreter);

// The words that run the interpreter; behind them go its arguments.
std::vector<std::string> python_command(const Interpreter& interpreter);
// The same, with those arguments.
std::vector<std::string> python_command(const Interpreter& interpreter,
                                        const std::vector<std::string>& arguments);

}  // namespace lbundle
