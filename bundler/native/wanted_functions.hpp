// Which functions of private libraries a bundle can look up.
#pragma once

#include "cache/store.hpp"
#include "elf/library_graph.hpp"
#include "elf/unreachable.hpp"
#include "model/file_set.hpp"

namespace lbundle {

// Finds the libraries in `files` that rules/libraries.toml calls private, that have a hash in their file name
// and that are built for x86-64, the only code that can be followed. Returns for each of them the exported
// names that the bundle may look up, and the exported objects that the rule replaces by others. Throws Error
// for a file that cannot be read.
std::map<BundlePath, elf::Wanted> wanted_functions(const FileSet& files, const elf::TreeFacts& facts,
                                                   const Store& store, unsigned jobs);

}  // namespace lbundle
