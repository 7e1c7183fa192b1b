// Runs events without any sandbox, where none is possible and the user asks for it.
#pragma once

#include <string>
#include <vector>

#include "os/fd.hpp"
#include "sandbox/sandbox_files.hpp"

namespace lbundle {

// The paths that a function sees in Lambda, and where they are on this machine.
class Relocation {
 public:
  // Makes `root`, a folder with links to what a sandbox would show. Throws Error if the plan needs what only
  // a sandbox has: servers, mounts or a system root.
  Relocation(const SandboxPlan& plan, const SandboxFiles& files, const HostPath& root);

  // Replaces Lambda's paths in a text by those of this machine, and the other way round.
  std::string to_machine(std::string text) const;
  std::string to_lambda(std::string text) const;

 private:
  std::vector<std::pair<std::string, std::string>> places_;  // Lambda's path, this machine's
};

// How one run without a sandbox ended.
struct UnconfinedEnd {
  ProcessEnd end;
  std::string records, log;
};

// Runs `program` (Lambda's paths) with descriptors 3 (the request), 4 (the answer) and 6 (the log). Its
// output, records and log have Lambda's paths again.
UnconfinedEnd run_unconfined(const SandboxPlan& plan, const Relocation& relocation,
                             const std::string& request, const std::vector<std::string>& program,
                             std::chrono::milliseconds time_limit);

}  // namespace lbundle
