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
  std::string distribution;  // empty: any distribution
  std::string reason;
  std::string versions;     // the versions that the rule is for; empty: all
  std::string staged;       // the version that is staged, for `other_version`
  std::size_t matched = 0;  // staged files that its globs name
  std::size_t decided = 0;  // how many of these the rule kept or dropped
};

struct RuleConflict {
  std::string keep, drop;  // locations
  std::string example;     // the first path that both name
  std::size_t files = 0;   // that both name
  std::size_t kept = 0;    // how many of these are in the bundle
};

struct RulesReport {
  std::vector<RuleUse> applied;        // these name a staged file; in the order of the rules
  std::vector<RuleUse> unmatched;      // these are about something staged, but name no file of it
  std::vector<RuleUse> other_version;  // these are about another version than the staged one
  std::vector<RuleConflict> conflicts;
};

std::string rules_text(const RulesReport& report, const TextStyle& style);
std::string rules_json(const RulesReport& report);

}  // namespace lbundle
