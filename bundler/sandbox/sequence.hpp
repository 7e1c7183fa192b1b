// A warm process: events one after the other.
#pragma once

#include <string>
#include <vector>

#include "sandbox/sandbox.hpp"

namespace lbundle {

// Gives all of `events`, at least one, to one process of the runtime, as Lambda does where it keeps a process
// for the next event. The answers in their order; the process's log and the import's time stand in the first.
// Those behind the one that the process ended at tell that it had ended.
std::vector<Answer> run_sequence(const SandboxPlan& plan, const std::vector<Event>& events);

// As run_sequence, under the tracer. `log` is where its records go (appended); all of them are of `name`, as
// a process's accesses cannot be told apart by event.
std::vector<Answer> trace_sequence(const SandboxPlan& plan, const std::vector<Event>& events,
                                   const std::string& name, TraceMethod method, const HostPath& log);

// The log of such a process that says which Python code ran within its invocations
// (sandbox/used_packages.py).
std::string log_of_uses(SandboxPlan plan, const std::vector<Event>& events);

// Names what log_of_uses runs beside the function: for keys of caches.
std::string uses_version();

}  // namespace lbundle
