#include "stages/workspace.hpp"

#include "model/limits.hpp"
#include "os/digest_of.hpp"
#include "os/temp_dir.hpp"
#include "stages/stage.hpp"
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

SandboxPlan plan_events(const Project& project, const Interpreter& interpreter, const HostPath& tree,
                        const std::vector<HostPath>& layers, const Backend& backend) {
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
  return plan;
}

}  // namespace lbundle
