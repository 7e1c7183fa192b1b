// Stores the answers of one process in the cache.
#pragma once

#include "cache/store.hpp"
#include "sandbox/sandbox.hpp"

namespace lbundle {

// The answers of one process to events that it was given one after the other.
using Sequence = std::vector<Answer>;

// Returns the sequence that is stored under `key`; nothing if there is none, or if it does not have `size`
// answers.
std::optional<Sequence> find_sequence(const Store& store, const Digest& key, std::size_t size);

// Stores `sequence` if each of `events` ended as it is expected to. A failure is not stored, because the
// machine may have caused it; the events run again next time.
void remember_sequence(const Store& store, const Digest& key, const std::vector<Event>& events,
                       const Sequence& sequence);

}  // namespace lbundle
