#include "stages/sandbox_strength.hpp"

#include "backend/bubblewrap.hpp"

namespace lbundle {

Findings weaker_sandbox(const Backend& backend) {
  if (backend.running || !bubblewrap_user_flags().empty()) return {};
  return {{Severity::warning, "sandbox-weaker", "",
           "user namespaces are forbidden here, so events ran as root without capabilities, and not as "
           "Lambda's user: "
           "what only another user may not read or write was not seen to fail",
           "allow user namespaces (sysctl kernel.apparmor_restrict_unprivileged_userns=0), or let events run "
           "in a "
           "container (backend = \"container\" in [stage])"}};
}

}  // namespace lbundle
