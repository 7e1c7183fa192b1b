#include "runs/sandbox_strength.hpp"

#include "model/text.hpp"
#include "os/bubblewrap.hpp"
#include "os/mapped_ids.hpp"
#include "os/ways_out.hpp"

namespace lbundle {

namespace {

Finding shared_processes() {
  return {Severity::warning, "sandbox-weaker", "",
          "this container forbids another /proc, so the function sees the numbers and command lines of the "
          "container's other processes, and its own numbers differ from run to run",
          format("start the container with {}", flag_for_proc())};
}

Finding no_sandbox() {
  return {
      Severity::warning, "sandbox-weaker", "",
      "events ran without any sandbox: the function saw this machine's files and network, and a file or a "
      "library that only this machine has would not have made an event fail",
      "leave out --sandbox none where a sandbox works"};
}

Finding same_host_name() {
  return {Severity::note, "sandbox-weaker", "",
          "another host name is forbidden here, so the function sees this machine's",
          is_in_container() ? "start the container with --security-opt seccomp=unconfined" : ""};
}

Finding no_user_namespace() {
  return {
      Severity::warning, "sandbox-weaker", "",
      format("user namespaces are forbidden here, so events ran as user {} of this machine: they share that "
             "user's limit of processes with its other processes",
             lambda_uid),
      is_in_container() ? "start the container with --security-opt seccomp=unconfined"
                        : "allow user namespaces (sysctl kernel.apparmor_restrict_unprivileged_userns=0)"};
}

}  // namespace

Findings weaker_sandbox(const Backend& backend) {
  if (backend.bubblewrap_forbidden) {
    return {{Severity::note, "sandbox-container", "",
             format("this machine forbids what bubblewrap needs, so events ran in a container of {}, by {}",
                    backend.running->image.name, backend.running->engine.program),
             ""}};
  }
  if (backend.without_sandbox) return {no_sandbox()};
  if (backend.running) return {};
  const auto& place = sandbox_place();
  Findings findings;
  if (place.processes == SandboxProcesses::shared) findings.push_back(shared_processes());
  if (!place.own_host_name) findings.push_back(same_host_name());
  if (place.ids == SandboxIds::real) findings.push_back(no_user_namespace());
  return findings;
}

}  // namespace lbundle
