// A warm process: events one after the other.
#pragma once

#include <string>
#include <vector>

#include "sandbox/sandbox.hpp"

namespace lbundle {

// Gives all of `events`, at least one, to one process of the runtime, as Lambda does if it keeps a process
// for the next event. Returns the answers in their order. The first one has the process's log and the time of
// the import. If the process ends at an event, the answers of the later events say that it had ended.
std::vector<Answer> run_sequence(const SandboxPlan& plan, const std::vector<Event>& events);

// The same, under the tracer. Its records are appended to `log`. All of them get the event name `name`,
// because a process's accesses cannot be attributed to single events.
std::vector<Answer> trace_sequence(const SandboxPlan& plan, const std::vector<Event>& events,
                                   const std::string& name, TraceMethod method, const HostPath& log);

// Returns the log of such a process, which says which Python code ran during its invocations
// (sandbox/used_packages.py).
std::string log_of_uses(SandboxPlan plan, const std::vector<Event>& events);

// Names what log_of_uses runs beside the function, for cache keys.
std::string uses_version();

}  // namespace lbundle
