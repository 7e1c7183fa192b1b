// The variables that Lambda sets before a function starts.
#pragma once

#include <map>
#include <string>

#include "sandbox/sandbox.hpp"

namespace lbundle {

// Source: "Defined runtime environment variables", AWS Lambda developer guide. The keys are dummies: code
// that looks for AWS_* finds them, as in the runtime, and none of the user's own keys gets in. The function's
// own variables replace these.
std::map<std::string, std::string> lambda_environment(const SandboxPlan& plan);

// "arn:aws:lambda:REGION:ACCOUNT:function:NAME" of the dummy account.
std::string function_arn(const SandboxPlan& plan);

}  // namespace lbundle
