// What is known about the unshrunk tree: the evidence, and the answer to each event.
#pragma once

#include <optional>

#include "model/error.hpp"
#include "runs/trace.hpp"

namespace lbundle {

struct EvidenceSettings {
  Function function;
  std::vector<Event> events;
  HostPath committed_log;  // lbundle.access.jsonl
  TraceOptions trace;      // `record` is false if the committed log is the evidence
};

struct CollectedEvidence {
  AccessLog log;
  // As in TraceResult. Nothing if events cannot run here; then no bundle can be verified.
  std::optional<AnswersOfRuns> answers;
  Findings findings;
};

// Runs the events under the tracer, and updates the committed log.
CollectedEvidence collect_evidence(const EvidenceSettings& settings, const StagedTree& tree,
                                   const SandboxPlan& plan, const Store& store);

// Takes the committed log as the evidence, with a finding for each way in which the tree differs from the one
// that was traced. The events run without a tracer for their answers, unless `obstacle` says why they cannot
// run here. Throws Error if the log is missing or damaged.
CollectedEvidence recall_evidence(const EvidenceSettings& settings, const StagedTree& tree,
                                  const SandboxPlan& plan, const std::optional<Error>& obstacle,
                                  const Store& store);

}  // namespace lbundle
