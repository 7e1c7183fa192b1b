// The sandbox that bubblewrap builds: it decides what a function sees of this machine.
#pragma once

#include <string>
#include <vector>

#include "sandbox/sandbox_files.hpp"

namespace lbundle {

// Returns bubblewrap's own arguments, without the command that follows them. Throws Error if the sandbox
// cannot work here: bubblewrap is missing, or the kernel forbids namespaces.
std::vector<std::string> sandbox_arguments(const SandboxPlan& plan, const SandboxFiles& files);

}  // namespace lbundle
