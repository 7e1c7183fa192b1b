// Finds events that prove nothing, because they fail on the unshrunk tree too and the handler answers anyway.
#pragma once

#include <string>
#include <vector>

#include "model/bundle.hpp"
#include "model/finding.hpp"
#include "runs/trace.hpp"
#include "sandbox/plan.hpp"

namespace lbundle {

// Returns why the unshrunk `answers` to an event, one for each run, prove nothing about a bundle: "it answers
// statusCode 500". Empty if they prove something: if one of them shows no failure, or if the event is
// expected to raise. Signs of a failure are a statusCode of 500 or above, an errorMessage, a logged
// traceback, and that none of the function's own code ran beyond imports.
std::string why_unproven(const Event& event, const std::vector<Answer>& answers);

// A warning "event-fails-unshrunk" for each event that proves nothing. If no event proves anything, also
// "no-event-got-through": an error, or a warning if that is `allowed`. `plan` and `tree` are those of the
// unshrunk runs, and help to find the way out.
Findings unproven_events(const std::vector<Event>& events, const AnswersOfRuns& answers,
                         const SandboxPlan& plan, const StagedTree& tree, const WayToModule& way_to_module,
                         bool allowed);

// Returns the function's own modules, as SandboxPlan::watched_files. Empty if an event may run none of them
// and be right all the same: if the language gives no sign, or the handler's module defines no function.
std::vector<std::string> files_to_watch(const StagedTree& tree, const SandboxPlan& plan);

}  // namespace lbundle
