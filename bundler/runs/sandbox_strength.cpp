#include "runs/sandbox_strength.hpp"

#include "model/text.hpp"
#include "os/bubblewrap.hpp"

namespace lbundle {

Findings weaker_sandbox(const Backend& backend) {
  if (backend.bubblewrap_forbidden) {
    return {{Severity::note, "sandbox-container", "",
             format("this machine forbids what bubblewrap needs, so events ran in a container of {}, by {}",
                    backend.running->image.name, backend.running->engine.program),
             ""}};
  }
  if (backend.running || !bubblewrap_user_flags().empty()) return {};
  return {
      {Severity::warning, "sandbox-weaker", "",
       "user namespaces are forbidden here, so events ran as root without capabilities, and not as Lambda's "
       "user: a file that Lambda's user may not read or write would not have made an event fail",
       "allow user namespaces (sysctl kernel.apparmor_restrict_unprivileged_userns=0), or let events run in "
       "a container (backend = \"container\" in [stage])"}};
}

}  // namespace lbundle
