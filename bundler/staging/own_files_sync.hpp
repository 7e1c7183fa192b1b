// Copies the function's own files into the staged tree.
#pragma once

#include "python/interpreter.hpp"
#include "staging/own_files.hpp"
#include "staging/tree_update.hpp"

namespace lbundle {

// True if no own file was added, removed or modified since `index` was written. Throws Error if an own file
// cannot be read.
bool own_files_are_current(const StagedIndex& index, const OwnFiles& own);

// Copies own files that are new or modified, and removes those that are gone. Also removes the bytecode that
// staging put beside these. Throws Error if a file cannot be read or written, or if the path of an own file
// needs a folder where an installed package has a file.
void sync_own_files(TreeUpdate& update, const OwnFiles& own, const Interpreter& interpreter);

}  // namespace lbundle
