// Whether a user who is not root can use the files that a sandbox shows.
#pragma once

#include "sandbox/plan.hpp"

namespace lbundle {

// True if Lambda's user can read all that the sandbox shows, and needs to write nothing of it but /tmp. False
// if a folder of [[sandbox.mount]] is writable, or if other users may not read something in it. The trees at
// /var/task are not looked at, because lbundle makes them: the answer is the same for each tree of a build.
bool lambda_user_can_use(const SandboxPlan& plan);

}  // namespace lbundle
