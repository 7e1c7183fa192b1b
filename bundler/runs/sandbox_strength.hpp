// Reports how the sandbox on this machine differs from Lambda.
#pragma once

#include "engine/container_choice.hpp"
#include "model/finding.hpp"

namespace lbundle {

// Returns findings "sandbox-weaker", each with what is missing and what brings it, if events ran in a weaker
// sandbox than this program can make, or in none. Returns a note "sandbox-container" if this machine forbids
// bubblewrap, so that events ran in a container instead. Throws Error if there is no sandbox at all.
Findings weaker_sandbox(const Backend& backend);

}  // namespace lbundle
