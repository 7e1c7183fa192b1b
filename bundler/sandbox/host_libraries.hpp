// The few libraries that a sandbox shows from this machine, or from the interpreter's own system root.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "python/interpreter.hpp"

namespace lbundle {

struct HostLibrary {
  std::string name;  // as the loader looks it up: "libz.so.1"; the loader itself has its absolute path
  HostPath file;     // its real path here
};

// Returns the libraries that the interpreter and the modules of its standard library need, and those of
// `provided` (SONAMEs) that this machine has, each with its own needs, and the loader. The loader itself
// lists them instead of running the program. If the interpreter has a system root, all of them are the
// root's. Throws Error ("cannot list the libraries of …").
std::vector<HostLibrary> host_libraries(const Interpreter& interpreter,
                                        const std::vector<std::string>& provided);

// The same for any dynamically linked program.
std::vector<HostLibrary> program_libraries(const HostPath& program, const std::vector<std::string>& provided);

// The programs of `names` that this machine has in /usr/bin or /bin, by name, each with its real path here.
// If `root` is not empty, they are those of this system root.
std::map<std::string, HostPath> host_programs(const std::vector<std::string>& names, const HostPath& root);
// What these programs need, without the libraries that `shown` has already. They belong to the system root
// `root`, or to this machine. A program that the loader cannot list needs nothing.
std::vector<HostLibrary> libraries_of_programs(const std::map<std::string, HostPath>& programs,
                                               const HostPath& root, const std::vector<HostLibrary>& shown);

}  // namespace lbundle
