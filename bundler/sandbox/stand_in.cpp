#include "sandbox/stand_in.hpp"

#include "model/lambda_paths.hpp"
#include "model/text.hpp"

namespace lbundle {

namespace {

constexpr const char* folder_in_sandbox = "/var/lbundle";

// Adds a folder that the runtime searches for modules after all folders of the function.
void add_search_folder(SandboxPlan& plan, const char* variable, const std::string& before) {
  auto& folders = plan.environment[variable];
  folders = (folders.empty() ? before : folders) + ":" + folder_in_sandbox;
}

}  // namespace

void show_own_file(SandboxPlan& plan, const HostPath& folder, const std::string& name) {
  plan.settings.mounts.push_back({folder / name, format("{}/{}", folder_in_sandbox, name), false});
}

void put_in_place(SandboxPlan& plan, const HostPath& folder, const std::string& name) {
  show_own_file(plan, folder, name);
  plan.handler = name.substr(0, name.rfind('.')) + ".handler";
  if (plan.node) {
    add_search_folder(plan, "NODE_PATH", path_in(runtime_root, "node_modules"));
  } else {
    add_search_folder(plan, "PYTHONPATH", runtime_root);
  }
}

}  // namespace lbundle
