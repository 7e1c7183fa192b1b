// The commands that do a part of a build: stage, trace, check, verify and rules --try.
#pragma once

#include "cache/store.hpp"
#include "project/project.hpp"
#include "report/build_report.hpp"
#include "report/rule_trial_report.hpp"
#include "unshrunk.hpp"

namespace lbundle {

// Stages the project. The findings of the tree include those about its native code and its interpreter.
StagedTree stage_alone(const Project& project, const Store& store, unsigned jobs);

// Stages the project, runs its events under the tracer, and updates the committed access log. Logs the
// findings about the programs that run events.
Unshrunk trace_alone(const Project& project, const Store& store, unsigned jobs);

// What a zip is checked as.
struct CheckedAs {
  // Gives runtime and architecture. Without it, native code and the handler are not judged.
  std::optional<Function> function;
  std::string handler;    // Lambda's Handler setting; empty: the project's, if the zip is for its runtime
  bool is_layer = false;  // limits, budget and handler of the project are then not the zip's
};

// Judges any zip without running it. `project`, if there is one, gives limits, layers, budget and handler.
ZipReport check_zip(const HostPath& zip, const std::optional<Project>& project, const CheckedAs& as,
                    const Store& store, unsigned jobs);

// Judges any zip as build judges its own: form, sizes, native code, and the project's events run on it. A zip
// that `check` refuses is refused before anything is staged or run.
ZipReport verify_zip(const HostPath& zip, const Project& project, const Store& store, unsigned jobs);

// Tries the rule file `file`, in place of lbundle's own rules for the same distribution: decides twice on
// every staged file, with the rules and without them. Events run if no build ran them before. Changes nothing
// but the workspace. Throws Error (wrong_usage) if the file is wrong, or if the project does not stage the
// distribution that it is about.
RuleTrial try_rules(const Project& project, const HostPath& file, const Store& store, unsigned jobs);

}  // namespace lbundle
