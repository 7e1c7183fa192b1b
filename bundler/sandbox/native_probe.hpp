// Native code tried without the handler, and before it.
#pragma once

#include "model/bundle_path.hpp"
#include "sandbox/sequence.hpp"

namespace lbundle {

// Whether the runtime has a program that loads libraries by their path. Functions that are programs of their
// own bring theirs along with them, and load them when they start.
bool can_load_each(const Runtime& runtime);

// Loads each of `libraries`, below /var/task, in a process of its own in the sandbox, every symbol looked up
// at once, and calls nothing in it. For each what went wrong, empty where it was loaded. Nothing where no
// answer was given at all, as under a limit of time. Requires can_load_each.
std::optional<std::vector<std::string>> load_each(SandboxPlan plan, const std::vector<BundlePath>& libraries);

// As run_sequence, in a process that has imported Python's `modules` in their order when it comes to the
// handler's own. A module that cannot be imported by itself is passed over, unless it is the loader that
// refuses a library of it.
std::vector<Answer> run_after_imports(SandboxPlan plan, const std::vector<std::string>& modules,
                                      const std::vector<Event>& events);

// Names our part in both: for keys of caches.
std::string probe_version();

}  // namespace lbundle
