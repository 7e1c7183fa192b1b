// The bytecode of an interpreter's own standard library.
#pragma once

#include <vector>

#include "python/interpreter.hpp"

namespace lbundle {

// Compiles the standard library of a fetched interpreter, and the folders `more`, so that not every run of it
// does. The sources lie below `from` now and will be found below `to`. What does not compile stays as it is.
void compile_stdlib(const Interpreter& interpreter, const std::vector<HostPath>& more, const HostPath& from,
                    const HostPath& to);

}  // namespace lbundle
