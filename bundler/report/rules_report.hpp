// What the rules did to a tree, for `lbundle rules`.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "report/terminal.hpp"

namespace lbundle {

struct RuleUse {
  std::string location;      // "rules/packages/pillow.toml:69"
  std::string action;        // "keep", "drop", "with", "family", "environment", "called"
  std::string distribution;  // empty: any
  std::string reason;
  std::string versions;     // for which the rule holds; empty: all
  std::string staged;       // the version that is staged, for `other_version`
  std::size_t matched = 0;  // staged files that its globs name
  std::size_t decided = 0;  // of these, those that are kept or dropped on its word
};

struct RuleConflict {
  std::string keep, drop;  // locations
  std::string example;     // the first path that both name
  std::size_t files = 0;   // that both name
  std::size_t kept = 0;    // of these, those in the bundle
};

struct RulesReport {
  std::vector<RuleUse> applied;        // name a staged file, in the order of the rules
  std::vector<RuleUse> unmatched;      // speak of what is staged and name no file of it
  std::vector<RuleUse> other_version;  // speak of another version than the one that is staged
  std::vector<RuleConflict> conflicts;
};

std::string rules_text(const RulesReport& report, const TextStyle& style);
std::string rules_json(const RulesReport& report);

}  // namespace lbundle
