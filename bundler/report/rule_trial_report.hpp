// What a rule file would change in a project's bundle, for `lbundle rules --try`.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "model/byte_size.hpp"
#include "model/finding.hpp"
#include "report/terminal.hpp"

namespace lbundle {

// A staged file that is kept or dropped because of the rules, and would not be without them.
struct ChangedFile {
  std::string path;
  ByteSize size;       // unzipped, as staged
  std::string reason;  // of the decision with the rules
};

struct TriedRule {
  std::string location;  // "pillow.toml:12"
  std::string action;    // as RuleUse::action
  std::string reason;
  std::vector<std::string> globs;
  std::size_t matched = 0;           // staged files that its globs name
  std::size_t already = 0;           // of these: what the rule asks for happens without it
  std::size_t in_vain = 0;           // of these: something stronger decides against it
  std::string stronger;              // why the first of those is kept or dropped
  std::vector<ChangedFile> changed;  // kept or dropped by this rule, and what the kept ones need
};

struct RuleTrial {
  std::string file;
  std::string distribution, staged;  // the name, and the version in the project; empty: all distributions
  std::size_t rules_replaced = 0;    // lbundle's own rules for the same distribution: they were left out
  std::vector<TriedRule> rules;      // in the order of the file
  std::vector<ChangedFile> kept;     // in addition
  std::vector<ChangedFile> dropped;  // in addition
  Findings findings;
};

std::string rule_trial_text(const RuleTrial& trial, const TextStyle& style);
std::string rule_trial_json(const RuleTrial& trial);

}  // namespace lbundle
