// What a process answers that has answered before, as most do in production.
#pragma once

#include <functional>

#include "cache/store.hpp"
#include "model/digest.hpp"
#include "runs/sequence_record.hpp"
#include "sandbox/sandbox.hpp"

namespace lbundle {

// Enough to tell most of what an answer owes to chance, in a warm process as in a cold one.
inline constexpr int unshrunk_sequences = 2;
// So many tell the rest, where an answer differs: of two answers that are equally likely, as where rows that
// compare equal come in any order, one stays unseen in one of 128.
inline constexpr int most_unshrunk_runs = 8;

// What one process is given: all events, and one that is alone twice.
std::vector<Event> sequence_of(std::vector<Event> events);

// One process over `plan.tree`, whose content is `tree`: the run of that number as `store` remembers it, or
// made now and remembered if every event was answered. Runs of other numbers are other runs of the same.
Sequence warm_run(const SandboxPlan& plan, const Digest& tree, const std::vector<Event>& sequence, int number,
                  const Store& store);
// Only what `store` remembers.
std::optional<Sequence> find_warm_run(const SandboxPlan& plan, const Digest& tree,
                                      const std::vector<Event>& sequence, int number, const Store& store);
// `unshrunk_sequences` runs, side by side, and those beyond that `store` remembers.
std::vector<Sequence> warm_runs(const SandboxPlan& plan, const Digest& tree,
                                const std::vector<Event>& sequence, const Store& store, unsigned jobs);

// Of each event of `sequence`, as differences() has them, what a process over the bundle answers otherwise
// than those over the unshrunk tree; nothing for an event that gives no answer in the first of those.
std::vector<std::vector<std::string>> warm_differences(const std::vector<Event>& sequence,
                                                       const std::vector<Sequence>& unshrunk,
                                                       const Sequence& bundle);
// The differences that remain after more unshrunk runs. If an answer was given and differs, `run(number)`
// makes further unshrunk runs, until one of them answers as the bundle does or `most_unshrunk_runs` were
// made.
std::vector<std::vector<std::string>> lasting_differences(const std::vector<Event>& sequence,
                                                          std::vector<Sequence> unshrunk,
                                                          const Sequence& bundle,
                                                          const std::function<Sequence(int)>& run,
                                                          unsigned jobs);

// Whether both gave an answer, so that what differs may be chance; a failure never is taken for that.
bool may_be_chance(const Answer& unshrunk, const Answer& bundle);

}  // namespace lbundle
