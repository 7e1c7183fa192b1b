// The problem: Node.js and provided runtimes need the same Runtime API, limits and check of how a process
// ended as Python does, and the function must not find the Python that does this work. The idea: driver.py
// runs on this machine's Python. The loader itself starts it, with a library path of its own, from a folder
// that no PATH and no LD_LIBRARY_PATH names. The function's process is a child that executes the runtime's
// program. The driver brings its own loader, so in an image it runs beside another C library. Rejected: a
// second driver in JavaScript, and a third one for executables.
#include "sandbox/program_driver.hpp"

#include <algorithm>

#include "model/error.hpp"
#include "model/lambda_paths.hpp"
#include "model/text.hpp"
#include "sandbox/host_libraries.hpp"
#include "sandbox/lambda_environment.hpp"
#include "sandbox/sandbox_files.hpp"

namespace lbundle {

namespace {

constexpr const char* driver_folder = "/var/runtime/lbundle";

std::vector<HostLibrary> driver_libraries(const SandboxPlan& plan) {
  return program_libraries(plan.interpreter.program, {});
}

// Also for the loader, whose name is an absolute path.
std::string library_in_sandbox(const HostLibrary& library) {
  return format("{}/lib/{}", driver_folder, HostPath(library.name).filename().string());
}

std::string loader_in_sandbox(const SandboxPlan& plan) {
  const auto libraries = driver_libraries(plan);
  const auto loader = std::ranges::find_if(
      libraries, [](const HostLibrary& library) { return library.name.starts_with('/'); });
  require(loader != libraries.end(), "a Python has a loader");
  return library_in_sandbox(*loader);
}

// Source: the bootstrap of AWS's Node.js runtimes, as "Deep dive into AWS Lambda: official Node.js runtime
// analysis" (dev.to, 2025) shows it.
std::vector<std::string> node_arguments(const SandboxPlan& plan) {
  const auto memory = memory_shown(plan);
  const auto new_space = memory / 10;
  std::vector<std::string> arguments{interpreter_in_sandbox(plan), "--expose-gc", "--max-http-header-size",
                                     "81920"};
  const auto options = plan.environment.find("NODE_OPTIONS");
  const auto own = options == plan.environment.end() ? std::string() : options->second;
  if (own.find("space") == std::string::npos) {
    arguments.push_back(format("--max-semi-space-size={}", std::max(1, new_space / 2)));
    arguments.push_back(format("--max-old-space-size={}", memory - new_space));
  }
  // Another major version than the runtime's may not know the option, and would not start.
  const bool is_its_own = plan.node->version.starts_with(plan.runtime.version + ".");
  for (const auto& name : plan.runtime.switched_off) {
    if (is_its_own && own.find(name) == std::string::npos)
      arguments.push_back(format("--no-experimental-{}", name));
  }
  arguments.push_back(client_folder_in_sandbox(plan) + "/bootstrap.mjs");
  return arguments;
}

}  // namespace

bool needs_own_driver(const SandboxPlan& plan) {
  return plan.runtime.language != Language::python;
}

std::vector<ShownFile> driver_mounts(const SandboxPlan& plan) {
  const auto& python = plan.interpreter;
  std::vector<ShownFile> shown{
      {python.program, format("{}/bin/python3", driver_folder)},
      {python.stdlib, format("{}/lib/{}", driver_folder, python.stdlib.filename().string())}};
  for (const auto& library : driver_libraries(plan))
    shown.push_back({library.file, library_in_sandbox(library)});
  if (plan.node && !plan.container) shown.push_back({plan.node->program, interpreter_in_sandbox(plan)});
  return shown;
}

std::string client_folder_in_sandbox(const SandboxPlan& plan) {
  return plan.container && plan.node ? path_in(runtime_root, "lbundle_client") : runtime_root;
}

std::vector<std::string> driver_command(const SandboxPlan& plan) {
  if (!needs_own_driver(plan)) return {interpreter_in_sandbox(plan), bootstrap_in_sandbox};
  std::vector<std::string> command{loader_in_sandbox(plan),
                                   "--library-path",
                                   format("{}/lib", driver_folder),
                                   format("{}/bin/python3", driver_folder),
                                   "-E",
                                   "-s",
                                   "-S",
                                   "-B",
                                   bootstrap_in_sandbox};
  if (plan.node) {
    command.push_back(format("{} on Node.js {}", plan.client_name, plan.node->version));
    const auto arguments = node_arguments(plan);
    command.insert(command.end(), arguments.begin(), arguments.end());
    return command;
  }
  // Lambda looks for it in the deployment package, then in the layers.
  const bool in_task = fs::exists(plan.tree / "bootstrap");
  command.insert(command.end(),
                 {"the function's own bootstrap", path_in(in_task ? task_root : layer_root, "bootstrap")});
  return command;
}

HostPath program_of_runtime(const SandboxPlan& plan) {
  // Any program with which the loader can list the provided libraries will do.
  return plan.node ? plan.node->program : fs::canonical("/bin/sh");
}

}  // namespace lbundle
