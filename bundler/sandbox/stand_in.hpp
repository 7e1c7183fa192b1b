// Scripts of lbundle that run in the sandbox in place of the function's handler.
#pragma once

#include <string>

#include "sandbox/plan.hpp"

namespace lbundle {

// Shows the file `name` of `folder` in the sandbox, in a folder of lbundle's own, read-only.
void show_own_file(SandboxPlan& plan, const HostPath& folder, const std::string& name);

// Lets the script `name` in `folder` take the handler's place. The function's own modules are found before
// it, as in every run. The script must have a function "handler".
void put_in_place(SandboxPlan& plan, const HostPath& folder, const std::string& name);

}  // namespace lbundle
