// warm: the events again, one after the other in one process.
#pragma once

#include "cache/store.hpp"
#include "model/finding.hpp"
#include "stages/sequence_record.hpp"
#include "stages/verify.hpp"

namespace lbundle {

// What a warm process is given: `events` in their order, a single one twice.
std::vector<Event> warm_events(std::vector<Event> events);

// What two processes answered to `events` on the unshrunk tree, of digest `staged_digest`; remembered in
// `store`.
std::vector<Sequence> unshrunk_sequences(const SandboxPlan& plan, const Digest& staged_digest,
                                         const std::vector<Event>& events, unsigned jobs, const Store& store);

// Adds to each of `verdicts`, one for each of `events`, in what it differs where its process has answered
// others before, after "in a warm process: ". `plan` is that of the unshrunk runs, on whose tree, of digest
// `staged_digest`, the sequence runs twice; `zip` is what it is compared with. A single event is given twice.
// Answers are remembered in `store`. Notes "warm-fails": events that do not answer there unshrunk either.
Findings verify_warm(const HostPath& zip, const Digest& zip_digest, const SandboxPlan& plan,
                     const Digest& staged_digest, const std::vector<Event>& events, unsigned jobs,
                     const Store& store, std::vector<EventVerdict>& verdicts);

}  // namespace lbundle
