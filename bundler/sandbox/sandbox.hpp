// Runs handlers, to trace and verify them, in surroundings as similar to Lambda as this machine allows.
#pragma once

#include <string>

#include "sandbox/answer.hpp"
#include "sandbox/plan.hpp"

namespace lbundle {

// Runs one event in a fresh process of the runtime's interpreter. Returns an answer whatever the handler
// does. Throws Error if the sandbox itself cannot be made.
Answer run_event(const SandboxPlan& plan, const Event& event);

// As run_event, under the tracer. The tracer's records are appended to the file `log`.
Answer trace_event(const SandboxPlan& plan, const Event& event, int run, TraceMethod method,
                   const HostPath& log);

// Returns a text for cache keys. It changes with what the sandbox adds to an answer (such as the driver), and
// with what affects an answer and is in no other field of `plan`.
std::string sandbox_version(const SandboxPlan& plan);

}  // namespace lbundle
