// What a process answers that has answered before, as most do in production.
#pragma once

#include "backend/sandbox.hpp"
#include "cache/store.hpp"
#include "model/digest.hpp"
#include "stages/sequence_record.hpp"

namespace lbundle {

// Enough to tell what an answer owes to chance in a warm process.
inline constexpr int unshrunk_sequences = 2;

// What one process is given: all events, and one that is alone twice.
std::vector<Event> sequence_of(std::vector<Event> events);

// One process over `plan.tree`, whose content is `tree`: the run of that number as `store` remembers it, or
// made now and remembered if every event was answered. Runs of other numbers are other runs of the same.
Sequence warm_run(const SandboxPlan& plan, const Digest& tree, const std::vector<Event>& sequence, int number,
                  const Store& store);
// Only what `store` remembers.
std::optional<Sequence> find_warm_run(const SandboxPlan& plan, const Digest& tree,
                                      const std::vector<Event>& sequence, int number, const Store& store);

// Of each event of `sequence`, as differences() has them, what a process over the bundle answers otherwise
// than those over the unshrunk tree; nothing for an event that gives no answer in the first of those.
std::vector<std::vector<std::string>> warm_differences(const std::vector<Event>& sequence,
                                                       const std::vector<Sequence>& unshrunk,
                                                       const Sequence& bundle);

}  // namespace lbundle
