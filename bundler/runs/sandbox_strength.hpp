// How much the sandbox is like Lambda here.
#pragma once

#include "engine/container_choice.hpp"
#include "model/finding.hpp"

namespace lbundle {

// A warning "sandbox-weaker" where this machine forbids what the sandbox of events is made of, and less
// stands between them and the machine than in Lambda. Throws Error where there is no sandbox at all.
Findings weaker_sandbox(const Backend& backend);

}  // namespace lbundle
