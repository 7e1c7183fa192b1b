// Tries native code without the handler, and before it.
#pragma once

#include "model/bundle_path.hpp"
#include "sandbox/sequence.hpp"

namespace lbundle {

// True if the runtime has a program that can load libraries by their path. Functions that are programs of
// their own bring their libraries along, and load them when they start.
bool can_load_each(const Runtime& runtime);

// Loads each of `libraries`, below /var/task, in a process of its own in the sandbox. Every symbol is looked
// up at once, and no function is called. Returns for each library what went wrong; empty if it was loaded.
// Returns nothing if there was no answer at all, for example because of the time limit. Requires
// can_load_each.
std::optional<std::vector<std::string>> load_each(SandboxPlan plan, const std::vector<BundlePath>& libraries);

// Does what run_sequence does, in a process that imports Python's `modules` in their order before the
// handler. A module that cannot be imported by itself is skipped, unless the loader refuses one of its
// libraries.
std::vector<Answer> run_after_imports(SandboxPlan plan, const std::vector<std::string>& modules,
                                      const std::vector<Event>& events);

// Names lbundle's part in both functions, for cache keys.
std::string probe_version();

}  // namespace lbundle
