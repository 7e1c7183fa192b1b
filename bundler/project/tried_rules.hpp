// A rule file that somebody tries before it becomes one of lbundle's own.
#pragma once

#include <string>
#include <vector>

#include "project/rules.hpp"

namespace lbundle {

struct TriedRules {
  std::string file;          // its name as messages show it
  std::string distribution;  // that the rules are about; empty: every distribution
  std::vector<Rule> rules;   // at least one
};

// Reads a rule file for functions in `language`. Throws Error (wrong_usage) with the place of a mistake and
// what to write instead. It refuses what parse_rules refuses, and also: a file without rules, a rule without
// a source or with an empty reason, a missing distribution (unless the file is called common.toml), a name
// that no staged distribution can have, and a glob that matches no file of any bundle.
TriedRules read_tried_rules(const std::string& file, const std::string& text, Language language);

}  // namespace lbundle
