// repair: finds what a bundle lacks if an event fails on it and does not fail on the unshrunk tree.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "model/repair.hpp"
#include "runs/kept_imports.hpp"
#include "runs/trace.hpp"
#include "runs/verify.hpp"

namespace lbundle {

struct RepairInputs {
  const StagedTree& tree;
  const SandboxPlan& plan;  // for the unshrunk tree
  const std::vector<Event>& events;
  TraceOptions trace_options;  // those of the unshrunk runs
  const Store& store;
  // Returns the bundle that the stages make with a repair. The bundle's log must report dropped files that an
  // event asks for.
  std::function<Bundle(const Repair&)> remake;
  std::vector<UserGlob> drops = {};  // the user's own; what lacks only them is not repaired for an import
};

// What is not as it is on the unshrunk tree.
struct Failures {
  const std::vector<EventVerdict>& events;
  const AnswersOfRuns& answers;  // those of the unshrunk tree, event by event
  const ImportFaults& imports;
};

// Returns `so_far` with more repairs. With these, all failed events give the right answers, and all failed
// modules are imported, as far as runs on trees made for the search show. Returns nothing if a bounded number
// of runs found no such repair.
std::optional<Repair> find_repair(const RepairInputs& inputs, const Repair& so_far, const Failures& failures);

// A warning "repaired" for each group of repaired files. Its hint is the line for the project file. Also a
// note "not-repaired" if `gave_up`, which means that the search found nothing.
Findings repair_findings(const Repair& repair, bool gave_up);

}  // namespace lbundle
