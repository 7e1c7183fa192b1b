// Which functions of private libraries a bundle can ask for.
#pragma once

#include "cache/store.hpp"
#include "elf/library_graph.hpp"
#include "elf/unreachable.hpp"
#include "model/file_set.hpp"

namespace lbundle {

// For each library of `files` that rules/libraries.toml calls private, whose file's name holds a hash and
// whose code can be followed: the exported names that the bundle may look up, and the rule's objects that
// others stand for. Throws Error for what cannot be read.
std::map<BundlePath, elf::Wanted> wanted_functions(const FileSet& files, const elf::TreeFacts& facts,
                                                   const Store& store, unsigned jobs);

}  // namespace lbundle
