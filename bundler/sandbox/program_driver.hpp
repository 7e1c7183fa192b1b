// What drives a runtime's program in the sandbox where that is not Python: driver.py on a Python of this
// machine that the function does not see.
#pragma once

#include <string>
#include <vector>

#include "sandbox/sandbox.hpp"
#include "sandbox/sandbox_files.hpp"

namespace lbundle {

// True where the runtime's own program is not the one that runs driver.py.
bool needs_own_driver(const SandboxPlan& plan);

// What shows the driver's Python below /var/runtime/lbundle, with the loader and the libraries that it needs;
// and the runtime's program (/var/lang/bin/node) where it is this machine's.
std::vector<ShownFile> driver_mounts(const SandboxPlan& plan);

// Where the runtime's client is shown: at /var/runtime; that of Node.js in an image in a folder of its own,
// as the native part of the image's own client would be taken for ours.
std::string client_folder_in_sandbox(const SandboxPlan& plan);

// What to run in the sandbox for an event, driver and program: the arguments that driver.py takes.
std::vector<std::string> driver_command(const SandboxPlan& plan);

// The program whose libraries the sandbox shows as the runtime's.
HostPath program_of_runtime(const SandboxPlan& plan);

}  // namespace lbundle
