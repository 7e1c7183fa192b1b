// verify: runs the events again, on the zip, as the runtime would, cold and warm, and compares the answers.
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
  bool warm = false;  // the cold answer is the same; the differences are those of a warm process

  bool match() const { return differences.empty(); }
};

// True if every event gave the same answer.
bool all_match(const std::vector<EventVerdict>& verdicts);

struct Verification {
  std::vector<EventVerdict> verdicts;  // event by event
  Findings findings;                   // about events that fail in a warm process on the unshrunk tree too
  AnswersOfRuns unshrunk;              // the given ones, and those of further unshrunk runs
};

// The answers of an unshrunk tree, and the digest of its content.
struct UnshrunkRuns {
  AnswersOfRuns answers;
  Digest tree;
  // Returns `runs` answers of fresh processes to one event; answers of earlier runs come first. If the
  // function is empty, no further run is made.
  std::function<std::vector<Answer>(const Event&, int runs)> repeat = {};
};

// Returns the runs of `tree`, with a `repeat` that calls trace(). Everything but `answers` and `options` must
// outlive the result.
UnshrunkRuns unshrunk_runs(const StagedTree& tree, const SandboxPlan& plan, AnswersOfRuns answers,
                           const TraceOptions& options, const Store& store);

// Runs each event once on `zip`, cold in its own process, and all events in one warm process. Runs the warm
// process twice on the unshrunk tree, which is the tree of `plan`. Answers over a tree of the same content
// come from `store`.
//
// Warm answers are compared only if all cold ones match. A mismatch may be nondeterminism, so the unshrunk
// tree is run again (up to `most_unshrunk_runs` times) before it is reported.
Verification verify(UnpackedZip& zip, const Digest& zip_digest, const SandboxPlan& plan,
                    const std::vector<Event>& events, UnshrunkRuns unshrunk, unsigned jobs,
                    const Store& store);

// A warning "answer-varies" for each event whose unshrunk answers have nothing in common: any answer of the
// bundle was accepted.
Findings varying_answers(const std::vector<Event>& events, const AnswersOfRuns& staged);

// A warning "dropped-asked-for" for each dropped path that an event asked for, even if its answer is right.
Findings dropped_asked_for(const std::vector<EventVerdict>& verdicts);

}  // namespace lbundle
