// cold start: what Lambda bills before the first answer, unshrunk and bundled.
#pragma once

#include "cache/store.hpp"
#include "model/bundle.hpp"
#include "report/build_report.hpp"
#include "sandbox/sandbox.hpp"

namespace lbundle {

struct ColdStartInputs {
  const StagedTree& tree;
  const HostPath& zip;
  const Digest& zip_digest;
  const SandboxPlan& plan;  // of the unshrunk tree
  const std::vector<Event>& events;
  TraceMethod method = TraceMethod::automatic;
  unsigned jobs = 1;
  const Store& store;
};

// Runs plan.settings.cold_starts fresh processes over the unshrunk tree as an installer leaves it, without
// bytecode, and as many over the bundle. They run one at a time and in turns, each with the first event. For
// Python the imports are measured too. The result is stored in `store`, and the same bundle is not measured
// again, because no two measurements agree.
ColdStart measure_cold_start(const ColdStartInputs& inputs);

}  // namespace lbundle
