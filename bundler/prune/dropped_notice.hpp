// Writes to the function's log when code asks for something that was dropped.
#pragma once

#include <string>

#include "cache/store.hpp"
#include "model/bundle.hpp"
#include "python/interpreter.hpp"

namespace lbundle {

// Returns the bundle with the dropped notice: code that reports, in production, that a module or file was
// asked for which prune dropped. The first module of `handler` loads it. `bundle` is the result of the stage
// bytecode, `staged` the tree that it was made from. Returns `bundle` unchanged if nothing was dropped, or if
// the handler's module is not among the function's own Python sources.
Bundle add_dropped_notice(Bundle bundle, const FileSet& staged, const std::string& handler,
                          const Interpreter& interpreter, const Store& store);

// The table of what was dropped, in the form that python/dropped_notice.py reads: sorted by path, each reason
// once. Empty if only files beside the handler were dropped that are surely not the function's: a notice
// would be larger than a small function, and would report nothing.
std::string dropped_table(const Decisions& decisions);

}  // namespace lbundle
