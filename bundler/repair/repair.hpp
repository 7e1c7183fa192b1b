// repair: what a bundle lacks where an event fails on it and not unshrunk.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "model/repair.hpp"
#include "runs/trace.hpp"
#include "runs/verify.hpp"

namespace lbundle {

struct RepairInputs {
  const StagedTree& tree;
  const SandboxPlan& plan;  // of the unshrunk tree
  const std::vector<Event>& events;
  TraceOptions trace_options;  // those of the unshrunk runs
  const Store& store;
  // The bundle that the stages make under a repair, with what tells in its log that dropped files are asked
  // for.
  std::function<Bundle(const Repair&)> remake;
};

// More than `so_far`: a repair under which all events of `verdicts` that failed give their answers, as far as
// runs on trees made for the search tell. `answers` are those of the unshrunk tree, event by event. Nothing
// where none was found in a bounded number of runs.
std::optional<Repair> find_repair(const RepairInputs& inputs, const Repair& so_far,
                                  const std::vector<EventVerdict>& verdicts,
                                  const std::vector<std::vector<Answer>>& answers);

// A warning "repaired" for what was mended, its hint the line for the project file; a note "not-repaired"
// where `gave_up` says that a search found nothing.
Findings repair_findings(const Repair& repair, bool gave_up);

}  // namespace lbundle
