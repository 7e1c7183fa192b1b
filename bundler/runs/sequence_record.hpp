// Answers of one process, for the cache.
#pragma once

#include "cache/store.hpp"
#include "sandbox/sandbox.hpp"

namespace lbundle {

// What one process answered to events that it was given one after the other.
using Sequence = std::vector<Answer>;

// Nothing where none of `size` answers is stored under `key`.
std::optional<Sequence> find_sequence(const Store& store, const Digest& key, std::size_t size);

// Stores `sequence` if each answer was returned: what failed may have failed for the machine's sake, and is
// asked for again next time.
void remember_sequence(const Store& store, const Digest& key, const Sequence& sequence);

}  // namespace lbundle
