// Compares what prune decides with a rule file that is tried, and without it.
#pragma once

#include "model/bundle.hpp"
#include "project/tried_rules.hpp"
#include "report/rule_trial_report.hpp"

namespace lbundle {

// `without` and `with` are what prune made of `tree`, without and with the tried rules. A file that a rule
// kept and the files that it needs count for this rule. Findings: "other-version" (a rule is not for the
// staged version) and "unmatched-rule" (a rule names no staged file) are errors, "unmatched-glob" (one of
// several globs names none) is a warning.
RuleTrial compare_rules(const StagedTree& tree, const TriedRules& tried, const Bundle& without,
                        const Bundle& with);

}  // namespace lbundle
