// What drives a runtime's program in the sandbox where that is not Python: driver.py on a Python of this
// machine that the function does not see.
#pragma once

#include <string>
#include <vector>

#include "backend/sandbox.hpp"

namespace lbundle {

// True where the runtime's own program is not the one that runs driver.py.
bool needs_own_driver(const SandboxPlan& plan);

// bubblewrap's arguments that show the driver's Python with its own libraries below /var/runtime/lbundle, and
// the runtime's program (/var/lang/bin/node) where it has one.
std::vector<std::string> driver_mounts(const SandboxPlan& plan);

// What to run in the sandbox for an event, driver and program: the arguments that driver.py takes.
std::vector<std::string> driver_command(const SandboxPlan& plan);

// The program whose libraries the sandbox shows as the runtime's.
HostPath program_of_runtime(const SandboxPlan& plan);

}  // namespace lbundle
