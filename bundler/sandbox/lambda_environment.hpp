// The variables that Lambda sets before a function starts.
#pragma once

#include <chrono>
#include <map>
#include <string>

#include "sandbox/sandbox.hpp"

namespace lbundle {

// Source: "Defined runtime environment variables", AWS Lambda developer guide. The keys are dummies: code
// that looks for AWS_* finds them, as in the runtime, and none of the user's own keys gets in. The function's
// own variables replace these.
std::map<std::string, std::string> lambda_environment(const SandboxPlan& plan);

// The memory, in MB, and the time for one event, as the function sees them. The limits of the sandbox, which
// are enforced, may be others.
int memory_shown(const SandboxPlan& plan);
std::chrono::milliseconds timeout_shown(const SandboxPlan& plan);

}  // namespace lbundle
