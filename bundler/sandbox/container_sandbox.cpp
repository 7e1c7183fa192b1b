// The problem: the plan that bubblewrap runs must also run in the runtime's own image, but not every engine
// can pass descriptors or an environment of our choice into a container. The idea: a folder of files is
// mounted. A shell of the image opens them, clears the environment and becomes the program, which then sees
// what it would see in bubblewrap. Rejected: the request on stdin and the answer on stdout, which belong to
// the function; the image's own entry point, which is a client of AWS's emulator.
#include "sandbox/container_sandbox.hpp"

#include <algorithm>

#include <sys/stat.h>

#include "model/lambda_paths.hpp"
#include "model/text.hpp"
#include "os/atomic_file.hpp"
#include "sandbox/program_driver.hpp"

namespace lbundle {

namespace {

constexpr const char* exchange_inside = "/run/lbundle";
constexpr int filter_number = 8;

// Only the caller may read our temporary folders, and the user inside is another one.
void open_to_all(const HostPath& path, unsigned mode) {
  if (chmod(path.c_str(), mode) != 0) throw system_error("open to the container", path.string(), errno);
}

void show(ContainerRun& run, const HostPath& source, const std::string& target) {
  run.mounts.push_back({source, target, false});
}

// Shows the runtime's client and the driver. Python or Node.js itself is the image's.
void show_client(ContainerRun& run, const SandboxPlan& plan, const SandboxFiles& files) {
  // The image may have AWS's client even if this machine has none.
  show(run, files.driver, bootstrap_in_sandbox);
  open_to_all(files.modules, 0755);
  show(run, files.modules, driver_package_in_sandbox);
  if (needs_own_driver(plan)) {
    for (const auto& [source, target] : driver_mounts(plan)) show(run, source, target);
  }
  if (plan.client.empty()) return;
  const auto folder = client_folder_in_sandbox(plan);
  for (const auto& entry : fs::directory_iterator(plan.client))
    show(run, entry.path(), format("{}/{}", folder, entry.path().filename().string()));
}

}  // namespace

Exchange make_exchange(const HostPath& folder, std::string_view request, std::string_view filter) {
  Exchange exchange{folder, folder / "request", folder / "answer", folder / "log", folder / "filter"};
  write_file(exchange.request, request);
  write_file(exchange.filter, filter);
  for (const auto& file : {exchange.answer, exchange.log}) {
    write_file(file, std::string_view{});
    open_to_all(file, 0666);
  }
  open_to_all(folder, 0755);
  return exchange;
}

std::vector<std::string> filter_options() {
  return {"--filter-fd", std::to_string(filter_number)};
}

ContainerRun sandbox_run(const SandboxPlan& plan, const SandboxFiles& files, const Exchange& exchange) {
  ContainerRun run;
  // Folders that may be written to belong to the caller, so another user could not write to them.
  const bool writes = std::ranges::any_of(plan.settings.mounts, &Mount::writable);
  run.user = writes ? ContainerUser::caller : ContainerUser::lambda;
  run.confined = true;
  run.network = plan.settings.network == Network::host;
  // Files in /tmp count as the container's memory here. In Lambda they are separate storage.
  run.memory = plan.settings.memory + plan.settings.tmp;
  run.tmp = plan.settings.tmp;
  run.folder = task_root;
  open_to_all(plan.tree, 0755);
  show(run, plan.tree, task_root);
  if (!files.layers.empty()) {
    open_to_all(files.layers, 0755);
    show(run, files.layers, layer_root);
  }
  show(run, files.passwd, "/etc/passwd");
  show(run, files.group, "/etc/group");
  show_client(run, plan, files);
  if (!files.tracer.empty()) show(run, files.tracer, tracer_in_sandbox);
  for (const auto& mount : plan.settings.mounts) run.mounts.push_back(mount);
  run.mounts.push_back({exchange.folder, exchange_inside, true});
  return run;
}

std::vector<std::string> launcher(const std::vector<std::string>& program,
                                  const std::map<std::string, std::string>& environment, bool traced) {
  auto opens = format("exec 3<{0}/request 4>>{0}/answer {1}<{0}/filter", exchange_inside, filter_number);
  if (traced) opens += format(" 6>>{}/log", exchange_inside);
  std::vector<std::string> words{"/bin/sh", "-c", opens + "; exec \"$@\"", "sh", "env", "-i"};
  for (const auto& [name, value] : environment) words.push_back(format("{}={}", name, value));
  words.insert(words.end(), program.begin(), program.end());
  return words;
}

}  // namespace lbundle
