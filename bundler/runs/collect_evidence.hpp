// What is known about the unshrunk tree: the evidence, and the answer to each event.
#pragma once

#include <optional>

#include "model/error.hpp"
#include "runs/trace.hpp"

namespace lbundle {

// Where the evidence comes from.
enum class EvidenceSource {
  trace,             // the events run under the tracer; the committed log stays as it is
  committing_trace,  // the same, and the committed log is updated
  committed_log,     // the events run without a tracer
};

struct EvidenceSettings {
  EvidenceSource source = EvidenceSource::trace;
  Function function;
  std::vector<Event> events;
  HostPath committed_log;  // lbundle.access.jsonl
  TraceOptions trace;
};

struct CollectedEvidence {
  AccessLog log;
  // As in TraceResult. Nothing if events cannot run here; then no bundle can be verified.
  std::optional<AnswersOfRuns> answers;
  Findings findings;
};

// Collects the evidence from `settings.source`. If that is the committed log, there is a finding for each way
// in which the tree differs from the one that was traced, and the events run for their answers, unless
// `obstacle` says why they cannot run here. Throws Error if the log is missing or damaged, or an event fails.
CollectedEvidence collect_evidence(const EvidenceSettings& settings, const StagedTree& tree,
                                   const SandboxPlan& plan, const std::optional<Error>& obstacle,
                                   const Store& store);

}  // namespace lbundle
