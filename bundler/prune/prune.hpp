// prune: Evidence x rules x reach -> keep or drop, with a reason for each file.
#pragma once

#include <map>
#include <string>

#include "cache/store.hpp"
#include "model/access_log.hpp"
#include "model/bundle.hpp"
#include "node/js_reader.hpp"
#include "project/project.hpp"
#include "project/rules.hpp"
#include "python/interpreter.hpp"

namespace lbundle {

struct PruneInputs {
  const Evidence& evidence;
  const std::vector<Rule>& rules;
  const Prune& settings;
  const Runtime& runtime;
  const Store& store;
  unsigned jobs = 1;
  std::map<std::string, std::string> environment = {};  // the function's variables
  const Interpreter* interpreter = nullptr;  // reads Python sources; needed for Python at the level reach
  Architecture architecture = Architecture::x86_64;
  const JsReader* js_reader = nullptr;              // needed for Node.js at the level reach
  bool has_layers = false;                          // modules may also come from layers
  std::map<BundlePath, std::string> repaired = {};  // always kept, and why (repair/repair.hpp)
  std::vector<UserGlob> allow_secrets = {};
};

// Decides on every file of the tree. Returns a bundle of the files that stay, unchanged. Findings:
// "unused-glob" (a keep or drop of the user's matches nothing), "dropped-evidence" (a drop of the user's
// removes something that an event used), "looked-at-dropped" (a file that an event only walked past is
// dropped), those of prune/prune_prices.hpp and of prune/own_file_use.hpp.
Bundle prune(const StagedTree& tree, const PruneInputs& inputs);

}  // namespace lbundle
