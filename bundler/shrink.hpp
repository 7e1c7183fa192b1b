// shrink: makes the bundle from the unshrunk tree, by prune, dedupe, strip and bytecode, in this order.
#pragma once

#include "cache/store.hpp"
#include "model/access_log.hpp"
#include "model/bundle.hpp"
#include "model/repair.hpp"
#include "native/sharing.hpp"
#include "project/project.hpp"
#include "project/rules.hpp"
#include "python/interpreter.hpp"
#include "stage_table.hpp"

namespace lbundle {

struct ShrinkSettings {
  Function function;
  std::map<std::string, std::string> environment;  // the function's own
  Prune prune;
  Shrink shrink;
  bool has_layers = false;  // modules may be in a layer
  Interpreter interpreter;  // the Python; empty for other runtimes
  HostPath debug_files;     // where strip keeps originals (native/strip.hpp); empty: nowhere
};

struct Shrunk {
  Bundle bundle;
  Sharing sharing;
};

// The rules that a bundle of `tree` is made with: lbundle's own, and those of the libraries that staging
// brought.
std::vector<Rule> rules_for(const StagedTree& tree, const ShrinkSettings& settings);

// The first stage alone: decides on every file of the tree by `rules`. Nothing is written to the disk except
// to the store.
Bundle pruned(const StagedTree& tree, const Evidence& evidence, const ShrinkSettings& settings,
              const std::vector<Rule>& rules, const Repair& repair, const Store& store, unsigned jobs);

// Returns the bundle and how libraries are shared in it. `evidence` is by path in the tree. Adds a row to
// `table` for each of the four stages.
Shrunk shrink(const StagedTree& tree, const Evidence& evidence, const ShrinkSettings& settings,
              const Repair& repair, const Store& store, unsigned jobs, StageTable& table);

}  // namespace lbundle
