// Makes libraries without code, for files that name a library they never call.
#pragma once

#include "cache/store.hpp"
#include "elf/library_graph.hpp"
#include "install/library_copy.hpp"
#include "project/project.hpp"
#include "project/system_library_rules.hpp"

namespace lbundle {

// Returns empty libraries under all names of the recipe, which has `stub_symbols`. If a file of the tree
// calls a function of the real libraries, empty ones cannot replace them, and the answer's `why_not` names
// that file.
LibraryAnswer library_of_stub(const SystemLibrary& library, const elf::TreeFacts& tree,
                              const Function& function, const Store& store);

}  // namespace lbundle
