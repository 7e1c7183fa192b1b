// Asks this machine what it has.
#pragma once

#include "cache/store.hpp"
#include "preflight/facts.hpp"

namespace lbundle {

// Asks everything at once, and ends within five seconds: what does not answer does not work. With a project,
// only what it may need is asked. Fetches nothing. `project` and `index` are the project's folder and the
// index that its requirements name, or empty.
MachineFacts gather_facts(const std::optional<Needs>& needs, const HostPath& project,
                          const std::string& index, const Store& store);

}  // namespace lbundle
