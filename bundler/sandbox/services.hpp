// Local servers that events talk to, [[sandbox.service]], beside the sandbox.
#pragma once

#include <string>
#include <vector>

#include "os/digest_of.hpp"
#include "sandbox/sandbox.hpp"

namespace lbundle {

// What one run's servers need. Their specification and their logs are in `folder`.
struct ServiceRun {
  // Goes before the sandbox's own command; empty if the project names no server.
  std::vector<std::string> prefix;
  HostPath folder;
};

// Returns the Python that starts services. They run in this machine's own system, where a Python of a system
// root does not run.
const Interpreter& python_for_services(const SandboxPlan& plan);

// Makes `folder` and writes what the servers of `plan` need to it. They start and end with each event, so no
// event finds what another one left in them.
ServiceRun prepare_services(const SandboxPlan& plan, const HostPath& folder);

// Throws Error, with the end of the server's log, if `end` says that a server could not be started.
void require_services(const SandboxPlan& plan, const ServiceRun& services, const ProcessEnd& end);

// The abstract socket on which the services of a known kind learn that an event has ended. `folder` is
// that of prepare_services. Empty without such services.
std::string control_name(const SandboxPlan& plan, const HostPath& folder);

// Copies the servers' logs to `folder`, under the event's name. Each run replaces them.
void keep_logs(const SandboxPlan& plan, const ServiceRun& services, const std::string& event,
               const HostPath& folder);

// Returns what each of `count` events wrote to the services of a known kind, as Answer::written: the one
// after the other in the same process. Texts are empty for events that did not run, and without such
// services. Throws Error, with the end of the server's log, if a server could not say it.
std::vector<std::string> written_by_events(const SandboxPlan& plan, const ServiceRun& services,
                                           std::size_t count);

// Adds to the key: the script that starts the servers, their commands, and the content of each program and
// file that these name, and of each such folder in the project.
void add_services(KeyBuilder& key, const std::vector<Service>& services);

}  // namespace lbundle
