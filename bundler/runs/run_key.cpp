#include "runs/run_key.hpp"

#include "model/text.hpp"
#include "os/digest_of.hpp"
#include "os/tree.hpp"
#include "python/system_root.hpp"
#include "sandbox/services.hpp"

namespace lbundle {

namespace {

// Change it when the meaning of a stored answer changes.
constexpr std::string_view run_format = "run-4";

void add_mount(KeyBuilder& key, const Mount& mount) {
  key.add(mount.target).add(mount.writable ? "rw" : "ro");
  if (fs::is_directory(mount.source)) {
    key.add(tree_stamp(mount.source));
  } else {
    key.add(digest_of_file(mount.source));
  }
}

void add_deployment(KeyBuilder& key, const Deployment& deployed) {
  key.add(function_arn(deployed, "")).add(deployed.version).add(deployed.log_group).add(deployed.log_stream);
  key.add(deployed.initialization_type).add(std::to_string(deployed.memory.value_or(0)));
  key.add(std::to_string(deployed.timeout.value_or(std::chrono::milliseconds::zero()).count()));
}

// Adds everything in the plan that a process in the sandbox can see.
void add_plan(KeyBuilder& key, const SandboxPlan& plan, bool compare_tmp) {
  key.add(sandbox_version(plan));
  key.add(plan.handler).add(plan.function_name).add(plan.runtime.name);
  const auto& python = plan.interpreter;
  key.add(path_inside(python.root, python.program)).add(python.version).add(python.packages);
  key.add(format("{} {} {} {}", plan.settings.timeout.count(), plan.settings.memory, plan.settings.tmp,
                 static_cast<int>(plan.settings.network)));
  add_deployment(key, plan.deployment);
  add_services(key, plan.settings.services);
  if (compare_tmp) key.add("compare_tmp");
  for (const auto& [name, value] : plan.environment) key.add(name).add(value);
  key.add("mounts");
  for (const auto& mount : plan.settings.mounts) add_mount(key, mount);
  key.add("layers");
  for (const auto& layer : plan.layers) key.add(content_of(layer));
}

}  // namespace

Digest run_key(const Digest& tree, const SandboxPlan& plan, const Event& event) {
  KeyBuilder key;
  key.add(run_format).add(tree).add(digest_of_file(event.file));
  add_plan(key, plan, event.compare_tmp);
  return key.key();
}

Digest plan_key(const Digest& tree, const SandboxPlan& plan) {
  KeyBuilder key;
  key.add(run_format).add(tree);
  add_plan(key, plan, false);
  return key.key();
}

}  // namespace lbundle
