#include "staging/workspace.hpp"

#include "model/limits.hpp"
#include "model/text.hpp"
#include "os/digest_of.hpp"
#include "os/temp_dir.hpp"
#include "python/obtain_interpreter.hpp"
#include "sandbox/image_node.hpp"
#include "sandbox/known_services.hpp"
#include "sandbox/services.hpp"
#include "staging/stage.hpp"
#include "zip/reader.hpp"

namespace lbundle {

std::vector<HostPath> unpack_layers(const std::vector<Layer>& layers, const HostPath& workspace,
                                    unsigned jobs) {
  const auto folder = workspace / "layers";
  std::vector<HostPath> folders;
  for (const auto& layer : layers) {
    const auto unpacked = folder / to_hex(digest_of_file(layer.zip));
    if (!fs::exists(unpacked)) {
      TempDir fresh(folder, "layer");
      zip::extract(layer.zip, fresh.path(), limits::unzipped, jobs);
      fresh.publish(unpacked);
    }
    folders.push_back(unpacked);
  }
  return folders;
}

ByteSize layers_size(const std::vector<Layer>& layers, ByteSize others) {
  auto size = others;
  for (const auto& layer : layers) size += zip::tree_of(zip::ZipReader(layer.zip)).unzipped();
  return size;
}

Interpreter staging_interpreter(const Runtime& runtime, InterpreterChoice choice, const Store& store) {
  if (runtime.language != Language::python) return {};
  return obtain_interpreter(runtime, choice, store);
}

PlannedEvents plan_events(const EventSettings& settings, const Interpreter& interpreter, const HostPath& tree,
                          const Backend& backend, const Store& store) {
  PlannedEvents planned{{}, judge_interpreter_origin(interpreter)};
  auto& [plan, findings] = planned;
  plan.tree = tree;
  plan.layers = settings.layers;
  plan.handler = settings.function.handler;
  plan.settings = settings.sandbox;
  plan.environment = with_service_variables(settings.environment, settings.sandbox.services);
  plan.runtime = settings.function.runtime;
  plan.interpreter = interpreter;
  plan.function_name = settings.function.name;
  plan.deployment = settings.function.deployment;
  plan.container = backend.running;
  plan.scratch = settings.workspace / "scratch";
  if (const auto client = runtime_client_folder(settings.workspace); fs::is_directory(client))
    plan.client = client;
  const auto language = plan.runtime.language;
  if (language != Language::python) plan.interpreter = find_any_python();
  if (language == Language::nodejs) {
    auto found =
        plan.container ? node_of_image(*plan.container, plan.runtime, store) : find_node(plan.runtime, store);
    plan.node = std::move(found.program);
    append(findings, found.findings);
    if (plan.client.empty()) {
      plan.client = runtime_client_folder(settings.workspace);
      install_node_client(plan.runtime, store, plan.client);
    }
    plan.client_name = node_client_name(plan.client);
    findings.push_back({Severity::note, "runtime-client", "",
                        format("events run through {} on Node.js {}", plan.client_name, plan.node->version),
                        ""});
  }
  if (has_known_services(plan.settings.services))
    plan.settings.services =
        ready_services(std::move(plan.settings.services), python_for_services(plan), store);
  if (const auto packages = runtime_packages_folder(settings.workspace); fs::is_directory(packages))
    plan.runtime_packages = packages;
  return planned;
}

}  // namespace lbundle
