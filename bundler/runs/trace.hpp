// trace: staged tree x events -> Evidence, what the representative run touched, and each event's answer.
#pragma once

#include "cache/store.hpp"
#include "model/access_log.hpp"
#include "model/bundle.hpp"
#include "sandbox/sandbox.hpp"

namespace lbundle {

// The answers of several runs to each event, in the order of the events.
using AnswersOfRuns = std::vector<std::vector<Answer>>;

struct TraceResult {
  AccessLog log;          // the union over all events and runs; empty where nothing was recorded
  AnswersOfRuns answers;  // all of them succeeded
};

struct TraceOptions {
  TraceMethod method = TraceMethod::automatic;
  int runs = 2;
  unsigned jobs = 1;
  bool record = true;  // false: the answers alone, without a tracer
};

// Runs each event `runs` times, each time in a fresh process, over the tree that `plan` names. Events marked
// verify_only run too, for their answers, but leave nothing in the log. What ran before with all inputs equal
// is taken from `store`. Throws Error where an event does not give an answer, with its traceback and the end
// of its log.
TraceResult trace(const StagedTree& tree, const SandboxPlan& plan, const std::vector<Event>& events,
                  const TraceOptions& options, const Store& store);

}  // namespace lbundle
