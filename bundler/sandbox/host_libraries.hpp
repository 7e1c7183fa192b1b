// The few libraries that a sandbox shows from this machine, or from the interpreter's own system root.
#pragma once

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

}  // namespace lbundle
