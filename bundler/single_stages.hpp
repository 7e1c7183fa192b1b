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

// Judges any zip without running it. `project`, if there is one, gives limits, layers and budget. `function`
// gives runtime and architecture; without it, native code is not judged.
ZipReport check_zip(const HostPath& zip, const std::optional<Project>& project,
                    const std::optional<Function>& function, const Store& store, unsigned jobs);

// Judges any zip as build judges its own: form, sizes, native code, and the project's events run on it.
ZipReport verify_zip(const HostPath& zip, const Project& project, const Store& store, unsigned jobs);

// Tries the rule file `file`, in place of lbundle's own rules for the same distribution: decides twice on
// every staged file, with the rules and without them. Events run if no build ran them before. Changes nothing
// but the workspace. Throws Error (wrong_usage) if the file is wrong, or if the project does not stage the
// distribution that it is about.
RuleTrial try_rules(const Project& project, const HostPath& file, const Store& store, unsigned jobs);

}  // namespace lbundle
