// The sandbox as a container of the runtime's image.
#pragma once

#include <string_view>

#include "sandbox/sandbox_files.hpp"

namespace lbundle {

// The files through which a run in a container is given its request and gives its answer.
struct Exchange {
  HostPath folder;  // shown as /run/lbundle
  HostPath request, answer, log;
};

// Makes `folder` with `request` in it and the rest empty, open to whoever the program inside is.
Exchange make_exchange(const HostPath& folder, std::string_view request);

// What the engine needs to know of the run but its command.
ContainerRun sandbox_run(const SandboxPlan& plan, const SandboxFiles& files, const Exchange& exchange);

// The command that runs `program` with exactly `environment` and the exchange's files as descriptors 3 (the
// request), 4 (the answer) and, where `traced`, 6 (the tracer's log).
std::vector<std::string> launcher(const std::vector<std::string>& program,
                                  const std::map<std::string, std::string>& environment, bool traced);

}  // namespace lbundle
