#include "sandbox/sequence.hpp"

#include "embedded/sandbox_scripts.hpp"
#include "os/atomic_file.hpp"
#include "os/digest_of.hpp"
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

std::string uses_version() {
  return to_hex(KeyBuilder().add("uses 1").add(embedded_sandbox_scripts_text("used_packages.py")).key());
}

}  // namespace lbundle
