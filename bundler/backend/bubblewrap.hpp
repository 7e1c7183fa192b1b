// The sandbox as bubblewrap builds it: what of this machine a function sees.
#pragma once

#include <string>
#include <vector>

#include "backend/sandbox.hpp"

namespace lbundle {

// Files and folders of one run, made by the caller, that the sandbox shows.
struct SandboxFiles {
  HostPath driver;  // shown as /var/runtime/bootstrap.py
  HostPath api;     // shown as /var/runtime/runtime_api.py
  HostPath layers;  // shown at /opt; empty where there are none
  HostPath passwd, group, hosts;
  HostPath tracer;  // shown as /var/runtime/lbundle-trace; empty for an untraced run
};

// Where the interpreter lies in the sandbox, as in the runtime.
std::string interpreter_in_sandbox(const SandboxPlan& plan);

// bubblewrap's own arguments, up to and without the command. Throws Error if the sandbox cannot work here:
// bubblewrap is missing, or the kernel forbids namespaces.
std::vector<std::string> sandbox_arguments(const SandboxPlan& plan, const SandboxFiles& files);

}  // namespace lbundle
