// Reports how the sandbox on this machine differs from Lambda.
#pragma once

#include "engine/container_choice.hpp"
#include "model/finding.hpp"

namespace lbundle {

// Returns a warning "sandbox-weaker" if this machine forbids user namespaces, so that events run as root and
// not as Lambda's user. Returns a note "sandbox-container" if it forbids bubblewrap, so that events ran in a
// container instead. Throws Error if there is no sandbox at all.
Findings weaker_sandbox(const Backend& backend);

}  // namespace lbundle
