// The function's own files in the staged tree.
#pragma once

#include "python/interpreter.hpp"
#include "staging/own_files.hpp"
#include "staging/tree_update.hpp"

namespace lbundle {

// True where no own file was added, removed or touched since `index` was written. Throws Error for one that
// cannot be read.
bool own_files_are_current(const StagedIndex& index, const OwnFiles& own);

// Copies what is new or was touched, and removes what is gone, each with the bytecode that staging put beside
// it. Throws Error, also where an own file lies below a path that is an installed package's file.
void sync_own_files(TreeUpdate& update, const OwnFiles& own, const Interpreter& interpreter);

}  // namespace lbundle
