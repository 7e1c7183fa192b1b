// The bytecode of an interpreter's own standard library.
#pragma once

#include <vector>

#include "python/interpreter.hpp"

namespace lbundle {

// Compiles the standard library of a fetched interpreter, and the folders `more`, so that not every run has
// to compile them. The sources are below `from` now and will be below `to` later. A source that does not
// compile is skipped.
void compile_stdlib(const Interpreter& interpreter, const std::vector<HostPath>& more, const HostPath& from,
                    const HostPath& to);

}  // namespace lbundle
