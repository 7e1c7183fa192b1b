// What stays of a compiled program's files although no text names it and no event used it.
#pragma once

#include "elf/library_graph.hpp"
#include "prune/prune_evidence.hpp"
#include "prune/prune_keep_set.hpp"

namespace lbundle {

// Keeps files that the program may ask for on other input: those beside data that an event opened, and those
// to which a text of the program may lead when the program puts names together. Files that a rule drops stay
// out, unless they can be executed. Throws Error if a file cannot be read.
void keep_data_of_program(const StagedTree& tree, const TreeRules& rules, const TreeEvidence& evidence,
                          const elf::LibraryGraph& libraries, KeepSet& kept);

}  // namespace lbundle
