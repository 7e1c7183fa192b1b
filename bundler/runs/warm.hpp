// Warm runs: the answers of a process that has answered other events, as most processes in production have.
#pragma once

#include <functional>

#include "cache/store.hpp"
#include "model/digest.hpp"
#include "runs/sequence_record.hpp"
#include "sandbox/sandbox.hpp"

namespace lbundle {

// How many warm runs are always made on the unshrunk tree. Two show most of the parts of an answer that are
// chance.
inline constexpr int unshrunk_sequences = 2;
// How many are made at most if an answer differs. If two answers are equally likely, 8 runs show only one of
// them in one case of 128. Rows that compare equal and come in any order are such a case.
inline constexpr int most_unshrunk_runs = 8;

// Returns the events for one warm process: all events, or the only event twice.
std::vector<Event> sequence_of(std::vector<Event> events);

// Returns the answers of one process over `plan.tree`, whose content has the digest `tree`. The run with this
// `number` is taken from `store`, or made now, and stored if every event was answered. Runs with different
// numbers repeat the same events.
Sequence warm_run(const SandboxPlan& plan, const Digest& tree, const std::vector<Event>& sequence, int number,
                  const Store& store);
// The same, but returns nothing if the run is not in `store`.
std::optional<Sequence> find_warm_run(const SandboxPlan& plan, const Digest& tree,
                                      const std::vector<Event>& sequence, int number, const Store& store);
// Returns `unshrunk_sequences` runs, made in parallel, and further ones that are in `store`.
std::vector<Sequence> warm_runs(const SandboxPlan& plan, const Digest& tree,
                                const std::vector<Event>& sequence, const Store& store, unsigned jobs);

// Returns for each event of `sequence` the differences (see differences()) between the bundle's answer and
// the unshrunk tree's. None for an event that does not end as it
// is expected to in the first unshrunk run.
std::vector<std::vector<std::string>> warm_differences(const std::vector<Event>& sequence,
                                                       const std::vector<Sequence>& unshrunk,
                                                       const Sequence& bundle);
// Returns the differences that remain after more unshrunk runs. If an answer was given and differs,
// `run(number)` makes further unshrunk runs, until no such difference is left or `most_unshrunk_runs` were
// made.
std::vector<std::vector<std::string>> lasting_differences(const std::vector<Event>& sequence,
                                                          std::vector<Sequence> unshrunk,
                                                          const Sequence& bundle,
                                                          const std::function<Sequence(int)>& run,
                                                          unsigned jobs);

// True if both invocations gave an answer, or both raised, so that a difference may be chance. A failure is
// never taken for chance.
bool may_be_chance(const Answer& unshrunk, const Answer& bundle);

}  // namespace lbundle
