// What an invocation's answer depends on, as keys for the cache.
#pragma once

#include "os/tree_content.hpp"
#include "sandbox/sandbox.hpp"

namespace lbundle {

// Of one invocation over a tree: the tree, the event's bytes, and all of the plan that the handler can see,
// the mounted folders by the size and time of each file, layers and the runtime's own by their content.
Digest run_key(const Digest& tree, const SandboxPlan& plan, const Event& event);

// The same of all that is not an event.
Digest plan_key(const Digest& tree, const SandboxPlan& plan);

}  // namespace lbundle
