// The sandbox as bubblewrap builds it: what of this machine a function sees.
#pragma once

#include <string>
#include <vector>

#include "sandbox/sandbox_files.hpp"

namespace lbundle {

// bubblewrap's own arguments, up to and without the command. Throws Error if the sandbox cannot work here:
// bubblewrap is missing, or the kernel forbids namespaces.
std::vector<std::string> sandbox_arguments(const SandboxPlan& plan, const SandboxFiles& files);

}  // namespace lbundle
