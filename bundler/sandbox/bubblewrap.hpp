// The sandbox that bubblewrap builds: it decides what a function sees of this machine.
#pragma once

#include <string>
#include <vector>

#include "os/bubblewrap.hpp"
#include "sandbox/sandbox_files.hpp"

namespace lbundle {

// The ids and processes of the plan's sandbox. If root runs events and Lambda's user could not use a folder
// of
// [[sandbox.mount]], the events run as root's own id. Throws Error as below.
SandboxPlace place_of(const SandboxPlan& plan);

// Returns the options that lbundle-trace needs in a sandbox of `place`.
std::vector<std::string> tracer_options(const SandboxPlace& place);

// Returns bubblewrap's own arguments, without the command that follows them. Throws Error if the sandbox
// cannot work here: bubblewrap is missing, or the kernel forbids namespaces.
std::vector<std::string> sandbox_arguments(const SandboxPlan& plan, const SandboxFiles& files);

}  // namespace lbundle
