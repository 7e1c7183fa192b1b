// The log of the function says what was dropped when it is asked for.
#pragma once

#include <string>

#include "cache/store.hpp"
#include "model/bundle.hpp"
#include "python/interpreter.hpp"

namespace lbundle {

// Adds to the bundle what tells, in production, that a module or file that prune dropped was asked for, and
// lets the first module of `handler` load it. `bundle` is as the stage bytecode gave it, `staged` the tree it
// was made from. Nothing changes where nothing was dropped, or where the handler's module is not among the
// function's own Python sources.
Bundle add_dropped_notice(Bundle bundle, const FileSet& staged, const std::string& handler,
                          const Interpreter& interpreter, const Store& store);

// The table of what was dropped, as python/dropped_notice.py reads it: sorted, each reason once.
std::string dropped_table(const Decisions& decisions);

}  // namespace lbundle
