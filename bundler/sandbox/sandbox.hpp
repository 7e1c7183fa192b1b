// Where handlers run, to be traced and verified: as like Lambda as this machine allows.
#pragma once

#include <string>

#include "sandbox/answer.hpp"
#include "sandbox/plan.hpp"

namespace lbundle {

// Runs one event in a fresh process of the runtime's interpreter. An answer is given for whatever the handler
// does; Error is thrown where the sandbox itself cannot be made.
Answer run_event(const SandboxPlan& plan, const Event& event);

// As run_event, under the tracer. `log` is where the tracer's records go (appended).
Answer trace_event(const SandboxPlan& plan, const Event& event, int run, TraceMethod method,
                   const HostPath& log);

// Names what of `plan` no other field of it does, and our part in an answer: for keys of caches.
std::string sandbox_version(const SandboxPlan& plan);

}  // namespace lbundle
