#include "staging/workspace.hpp"

#include "model/limits.hpp"
#include "model/text.hpp"
#include "os/digest_of.hpp"
#include "os/temp_dir.hpp"
#include "python/obtain_interpreter.hpp"
#include "sandbox/image_node.hpp"
#include "staging/stage.hpp"
#include "zip/reader.hpp"

namespace lbundle {

std::vector<HostPath> unpack_layers(const Project& project, unsigned jobs) {
  const auto folder = project.workspace() / "layers";
  std::vector<HostPath> layers;
  for (const auto& layer : project.layers) {
    const auto unpacked = folder / to_hex(digest_of_file(layer.zip));
    if (!fs::exists(unpacked)) {
      TempDir fresh(folder, "layer");
      zip::extract(layer.zip, fresh.path(), limits::unzipped, jobs);
      fresh.publish(unpacked);
    }
    layers.push_back(unpacked);
  }
  return layers;
}

ByteSize layers_size(const Project& project) {
  auto size = project.limits.layers_unzipped;
  for (const auto& layer : project.layers) size += zip::tree_of(zip::ZipReader(layer.zip)).unzipped();
  return size;
}

Interpreter staging_interpreter(const Project& project, const Store& store) {
  const auto& runtime = project.function.runtime;
  if (runtime.language != Language::python) return {};
  return obtain_interpreter(runtime, project.interpreter, store);
}

SandboxPlan plan_events(const Project& project, const Interpreter& interpreter, const HostPath& tree,
                        const std::vector<HostPath>& layers, const Backend& backend, const Store& store,
                        Findings& findings) {
  SandboxPlan plan;
  plan.tree = tree;
  plan.layers = layers;
  plan.handler = project.function.handler;
  plan.environment = project.environment;
  plan.settings = project.sandbox;
  plan.runtime = project.function.runtime;
  plan.interpreter = interpreter;
  plan.function_name = project.function.name;
  plan.container = backend.running;
  plan.scratch = project.workspace() / "scratch";
  if (const auto client = runtime_client_folder(project); fs::is_directory(client)) plan.client = client;
  for (auto& finding : judge_interpreter_origin(interpreter)) findings.push_back(std::move(finding));
  const auto language = plan.runtime.language;
  if (language != Language::python) plan.interpreter = find_any_python();
  if (language == Language::nodejs) {
    plan.node = plan.container ? node_of_image(*plan.container, plan.runtime, store, findings)
                               : find_node(plan.runtime, store, findings);
    if (plan.client.empty()) {
      plan.client = runtime_client_folder(project);
      install_node_client(plan.runtime, store, plan.client);
    }
    plan.client_name = node_client_name(plan.client);
    findings.push_back({Severity::note, "runtime-client", "",
                        format("events go through {} on Node.js {}", plan.client_name, plan.node->version),
                        ""});
  }
  if (const auto packages = runtime_packages_folder(project); fs::is_directory(packages))
    plan.runtime_packages = packages;
  return plan;
}

}  // namespace lbundle
