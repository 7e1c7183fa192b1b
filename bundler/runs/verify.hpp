// verify: the events again, on the zip, as the runtime would run them, cold and warm; same answers or no zip.
#pragma once

#include <functional>

#include "cache/store.hpp"
#include "model/finding.hpp"
#include "runs/compare_answers.hpp"
#include "runs/trace.hpp"
#include "runs/unpacked_zip.hpp"
#include "sandbox/sandbox.hpp"

namespace lbundle {

struct EventVerdict {
  std::string event;
  std::vector<std::string> differences;  // empty: the same answer
  Answer staged, bundle;
  bool warm = false;  // alike in a process of its own: the differences are those of one that answered before

  bool match() const { return differences.empty(); }
};

struct Verification {
  std::vector<EventVerdict> verdicts;  // event by event
  Findings findings;                   // of events that fail in a warm process unshrunk as well
};

// What an unshrunk tree answered, and its content.
struct UnshrunkRuns {
  std::vector<std::vector<Answer>>& answers;  // event by event
  Digest tree;
  // The answers to an event of so many runs in fresh processes, those that were made before first. Where it
  // is empty, none beyond `answers` are made.
  std::function<std::vector<Answer>(const Event&, int runs)> repeat = {};
};

// More than `answers` by trace(). All but `options` have to outlive it.
UnshrunkRuns unshrunk_runs(const StagedTree& tree, const SandboxPlan& plan,
                           std::vector<std::vector<Answer>>& answers, const TraceOptions& options,
                           const Store& store);

// Runs each event once on `zip`, in a process of its own, and all in one process together; the
// latter twice on the unshrunk tree too, which is that of `plan`. Answers to a tree of the same content are
// taken from `store`. What a warm process answers counts where each event by itself is answered alike. An
// answer that differs may do so by itself, more rarely than the runs that were made tell: it is a difference
// once more of them agree, and `unshrunk.answers` then holds these too.
Verification verify(UnpackedZip& zip, const Digest& zip_digest, const SandboxPlan& plan,
                    const std::vector<Event>& events, const UnshrunkRuns& unshrunk, unsigned jobs,
                    const Store& store);

// A warning "answer-varies" for each event of which any answer would have been accepted, as its unshrunk
// ones, `staged`, differ as a whole.
Findings varying_answers(const std::vector<Event>& events, const std::vector<std::vector<Answer>>& staged);

// A warning "dropped-asked-for" for each dropped path that an event asked for, whatever came of it.
Findings dropped_asked_for(const std::vector<EventVerdict>& verdicts);

}  // namespace lbundle
