// trace: runs the events over the staged tree, and returns what they used and what they answered.
#pragma once

#include "cache/store.hpp"
#include "model/access_log.hpp"
#include "model/bundle.hpp"
#include "runs/event_failure.hpp"
#include "sandbox/sandbox.hpp"

namespace lbundle {

// The answers of several runs to each event, in the order of the events.
using AnswersOfRuns = std::vector<std::vector<Answer>>;

struct TraceResult {
  AccessLog log;          // the union over all events and runs; empty if nothing was recorded
  AnswersOfRuns answers;  // all of them ended as expected
};

struct TraceOptions {
  TraceMethod method = TraceMethod::automatic;
  int runs = 2;
  unsigned jobs = 1;
  bool record = true;  // false: only the answers, without a tracer
  // For the error of an event that fails because of a missing module.
  WayToModule way_to_module = {};
};

// Runs each event `runs` times, each time in a fresh process, over the tree that `plan` names. Events marked
// verify_only run too, for their answers, but leave nothing in the log. A run whose inputs are all the same
// as before is taken from `store`. Throws Error if an event does not end as it is expected to
// (runs/event_failure.hpp).
TraceResult trace(const StagedTree& tree, const SandboxPlan& plan, const std::vector<Event>& events,
                  const TraceOptions& options, const Store& store);

}  // namespace lbundle
