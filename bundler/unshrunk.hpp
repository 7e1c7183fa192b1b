// Makes the unshrunk tree and the evidence about it. A bundle is made from them, and is compared with the
// tree's answers.
#pragma once

#include "cache/store.hpp"
#include "model/bundle.hpp"
#include "prepare.hpp"
#include "runs/collect_evidence.hpp"
#include "sandbox/plan.hpp"
#include "stage_table.hpp"

namespace lbundle {

struct Unshrunk {
  StagedTree tree;
  SandboxPlan plan;  // how events run on the tree
  CollectedEvidence collected;
  Evidence evidence;   // of `collected`, by path in the tree
  TraceOptions trace;  // how it was traced
  Findings findings;   // about the programs that run events
};

// Stages the project, and collects the evidence and the answers of its events. Throws Error if an event
// fails. If native code, or the programs that run events, may be the cause, the error names it.
Unshrunk stage_and_trace(const Project& project, const Prepared& prepared, EvidenceSource source,
                         const Store& store, unsigned jobs, StageTable& table);

}  // namespace lbundle
