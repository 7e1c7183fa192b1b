// Local servers that events talk to, [[sandbox.service]], beside bubblewrap's sandbox.
#pragma once

#include <string>
#include <vector>

#include "os/digest_of.hpp"
#include "sandbox/sandbox.hpp"

namespace lbundle {

// What one run's servers need: their specification and their logs lie in `folder`.
struct ServiceRun {
  // Goes before the sandbox's own command; empty where the project names no server.
  std::vector<std::string> prefix;
  HostPath folder;
};

// Writes what the servers of `plan` need to `folder`, which is made. They start with each event and end with
// it, so that no event finds what another one left with them.
ServiceRun prepare_services(const SandboxPlan& plan, const HostPath& folder);

// Throws Error, with the end of its log, if `end` says that a server could not be started.
void require_services(const SandboxPlan& plan, const ServiceRun& services, const ProcessEnd& end);

// Keeps the servers' logs in `folder`, under the event's name, each time anew.
void keep_logs(const SandboxPlan& plan, const ServiceRun& services, const std::string& event,
               const HostPath& folder);

// What starts them, their commands, and the content of each program and file that these name, and of each
// folder that lies in the project's.
void add_services(KeyBuilder& key, const std::vector<Service>& services);

}  // namespace lbundle
