// Drives the runtime's program in the sandbox if it is not Python: driver.py runs on a Python of this machine
// that the function does not see.
#pragma once

#include <string>
#include <vector>

#include "sandbox/sandbox.hpp"
#include "sandbox/sandbox_files.hpp"

namespace lbundle {

// True if driver.py does not run on the runtime's own program.
bool needs_own_driver(const SandboxPlan& plan);

// The files to show: the driver's Python below /var/runtime/lbundle, with the loader and the libraries that
// it needs; and the runtime's program (/var/lang/bin/node) if it is this machine's.
std::vector<ShownFile> driver_mounts(const SandboxPlan& plan);

// The folder in which the runtime's client is shown: /var/runtime. Node.js's client in an image has a folder
// of its own, because the native part of the image's own client would be taken for ours.
std::string client_folder_in_sandbox(const SandboxPlan& plan);

// The command to run in the sandbox for an event: the driver, and the program that it gets as arguments.
std::vector<std::string> driver_command(const SandboxPlan& plan);

// The program whose libraries the sandbox shows as the runtime's.
HostPath program_of_runtime(const SandboxPlan& plan);

}  // namespace lbundle
