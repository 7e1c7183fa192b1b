// Judges a tree whose native facts are read already; abi/abi.hpp has the judgement of whole trees.
#pragma once

#include "abi/abi.hpp"
#include "elf/library_graph.hpp"

namespace lbundle {

// As judge_abi for a bundle. Only the native files of `files` need contents.
Findings judge_abi(const FileSet& files, const elf::TreeFacts& facts, const Distributions& owners,
                   const AbiTarget& target, const FaultIsIdle& is_idle);

}  // namespace lbundle
