// What is known of the unshrunk tree: the evidence, and each event's answer.
#pragma once

#include <optional>

#include "runs/trace.hpp"

namespace lbundle {

struct Observation {
  AccessLog log;
  // As TraceResult's; nothing where events cannot run here, and no bundle can be verified then.
  std::optional<std::vector<std::vector<Answer>>> answers;
  Findings findings;
};

// Runs the project's events under the tracer, and keeps lbundle.access.jsonl up to date.
Observation observe(const Project& project, const StagedTree& tree, const SandboxPlan& plan,
                    const TraceOptions& options, const Store& store);

// Takes lbundle.access.jsonl for the evidence, with a finding for each way in which the tree differs from the
// one it was taken from. The events run for their answers, unless `obstacle` says why they cannot. Throws
// Error where the log is not there or damaged.
Observation observe_frozen(const Project& project, const StagedTree& tree, const SandboxPlan& plan,
                           const TraceOptions& options, const std::optional<Error>& obstacle,
                           const Store& store);

}  // namespace lbundle
