#include "backend/sequence.hpp"

#include "embedded/sandbox_scripts.hpp"
#include "os/atomic_file.hpp"
#include "os/temp_dir.hpp"

namespace lbundle {

std::string log_of_uses(SandboxPlan plan, const std::vector<Event>& events) {
  const TempDir folder(plan.scratch, "uses");
  const auto script = folder.path() / "sitecustomize.py";
  write_file(script, embedded_sandbox_scripts_text("used_packages.py"));
  plan.settings.mounts.push_back({script, "/var/lbundle/sitecustomize.py", false});
  plan.environment["PYTHONPATH"] = "/var/runtime:/var/lbundle";
  return run_sequence(plan, events).front().end.error_output;
}

}  // namespace lbundle
