// The few libraries of this machine, or of the interpreter's own system root, that a sandbox shows.
#pragma once

#include <string>
#include <vector>

#include "python/interpreter.hpp"

namespace lbundle {

struct HostLibrary {
  std::string name;  // as the loader looks it up: "libz.so.1"; for the loader itself its absolute path
  HostPath file;     // where it really lies here
};

// What the interpreter and the modules of its standard library need, and of `provided` (sonames) those that
// this machine has, each with what it needs in turn; the loader too. The loader itself says so, by listing
// instead of running. Where the interpreter has a system root, all are the root's. Throws Error ("cannot list
// the libraries of …").
std::vector<HostLibrary> host_libraries(const Interpreter& interpreter,
                                        const std::vector<std::string>& provided);

// The same of any dynamically linked program.
std::vector<HostLibrary> program_libraries(const HostPath& program, const std::vector<std::string>& provided);

}  // namespace lbundle
