// The sandbox as a container of the runtime's image.
#pragma once

#include <string_view>

#include "sandbox/sandbox_files.hpp"

namespace lbundle {

// The files through which a run in a container gets its request and gives its answer.
struct Exchange {
  HostPath folder;  // shown as /run/lbundle
  HostPath request, answer, log, filter;
};

// Makes `folder` with `request` and the seccomp filter in it, and the other files empty. Any user inside may
// use them.
Exchange make_exchange(const HostPath& folder, std::string_view request, std::string_view filter);

// The options with which lbundle-trace installs the filter. The engines' own filters permit more.
std::vector<std::string> filter_options();

// Returns all settings of the run except its command.
ContainerRun sandbox_run(const SandboxPlan& plan, const SandboxFiles& files, const Exchange& exchange);

// The command that runs `program` with exactly `environment`. It gets the exchange's files as descriptors 3
// (the request), 4 (the answer), 8 (the filter) and, if `traced`, 6 (the tracer's log).
std::vector<std::string> launcher(const std::vector<std::string>& program,
                                  const std::map<std::string, std::string>& environment, bool traced);

}  // namespace lbundle
