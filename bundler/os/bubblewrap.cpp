#include "os/bubblewrap.hpp"

#include <mutex>
#include <optional>

#include "model/error.hpp"
#include "os/spawn.hpp"

namespace lbundle {

namespace {

using Arguments = std::vector<std::string>;

// Makes a user namespace with the ids of Lambda's user, sbx_user1051.
const Arguments& own_user() {
  static const Arguments flags{"--unshare-user", "--uid", "993", "--gid", "990"};
  return flags;
}

// The first of `choices` with which bubblewrap can run a program, with the flags of `more` added. Throws
// Error if none works.
Arguments first_that_works(const std::vector<Arguments>& choices, const Arguments& more) {
  const auto program = bubblewrap_program();
  std::string complaint;
  for (const auto& flags : choices) {
    Command probe;
    probe.arguments = {program.string()};
    probe.arguments.insert(probe.arguments.end(), flags.begin(), flags.end());
    probe.arguments.insert(probe.arguments.end(), more.begin(), more.end());
    probe.arguments.emplace_back("true");
    const auto end = run(probe);
    if (end.succeeded()) return flags;
    if (complaint.empty()) complaint = end.error_output;
  }
  throw Error("start", "the sandbox", "this machine forbids what bubblewrap needs",
              "allow user namespaces (sysctl kernel.unprivileged_userns_clone=1, "
              "kernel.apparmor_restrict_unprivileged_userns=0), run lbundle as root, or let events run in a "
              "container: have an image of the runtime, and leave `backend` in [stage] as \"auto\"")
      .with_detail(std::move(complaint));
}

}  // namespace

HostPath bubblewrap_program() {
  auto program = find_program("bwrap");
  if (!program.empty()) return program;
  throw Error("start", "the sandbox", "bubblewrap is not installed",
              "install it, as `apt-get install bubblewrap` does");
}

std::vector<std::string> bubblewrap_user_flags() {
  static std::mutex guard;
  static std::optional<Arguments> known;
  const std::lock_guard lock(guard);
  // Tries a user namespace first, then none: root can do without one on machines that forbid user namespaces.
  if (!known) {
    known = first_that_works({own_user(), {}}, {"--unshare-pid", "--unshare-net", "--ro-bind", "/", "/",
                                                "--proc", "/proc", "--tmpfs", "/tmp"});
  }
  return *known;
}

void require_bubblewrap() {
  bubblewrap_user_flags();
}

std::vector<std::string> bubblewrap_same_user_flags() {
  static std::mutex guard;
  static std::optional<Arguments> known;
  const std::lock_guard lock(guard);
  // If root is not permitted to mount, a user namespace permits it. For all other users bubblewrap
  // makes one by itself.
  if (!known) known = first_that_works({{}, {"--unshare-user"}}, {"--dev-bind", "/", "/"});
  return *known;
}

}  // namespace lbundle
