// Keys of the cache for the answers of invocations.
#pragma once

#include "os/tree_content.hpp"
#include "sandbox/sandbox.hpp"

namespace lbundle {

// Returns the key of one invocation over a tree. It depends on the tree, the event's bytes, and everything in
// the plan that the handler can see. Mounted folders count by the size and time of each file. Layers, the
// runtime client and the runtime's packages count by their content.
Digest run_key(const Digest& tree, const SandboxPlan& plan, const Event& event);

// Returns the key of a plan over a tree, without an event.
Digest plan_key(const Digest& tree, const SandboxPlan& plan);

}  // namespace lbundle
