// Libraries of no code, for needs that are a name and nothing else.
#pragma once

#include "cache/store.hpp"
#include "elf/library_graph.hpp"
#include "install/library_copy.hpp"
#include "project/project.hpp"
#include "project/system_library_rules.hpp"

namespace lbundle {

// Empty libraries under all names of the recipe, which has `stub_symbols`; or which file of the tree calls
// into the true ones, so that they cannot stand in.
LibraryAnswer library_of_stub(const SystemLibrary& library, const elf::TreeFacts& tree,
                              const Function& function, const Store& store);

}  // namespace lbundle
