#include "confine.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <vector>

#include <grp.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "trace_error.hpp"
#include "unique_fd.hpp"

namespace lbundle::tracer {
namespace {

// linux/landlock.h of Linux 6.12; Debian 12's headers have no scopes.
constexpr long landlock_create_ruleset = 444;
constexpr long landlock_restrict_self = 446;
struct LandlockRuleset {
  std::uint64_t handled_access_fs = 0;
  std::uint64_t handled_access_net = 0;
  std::uint64_t scoped = 0;
};
constexpr std::uint64_t scope_signal = 1U << 1;

void drop_capabilities() {
  for (int capability = 0; ::prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; ++capability)
    ::prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
  ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
}

void clear_capabilities() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> none{};
  if (::syscall(SYS_capset, &header, none.data()) != 0) throw_errno("give up capabilities");
}

void become(const Confinement::Ids& ids) {
  drop_capabilities();
  if (::setgroups(0, nullptr) != 0) throw_errno("leave the caller's groups");
  if (::setresgid(ids.group, ids.group, ids.group) != 0) throw_errno("become another group");
  if (::setresuid(ids.user, ids.user, ids.user) != 0) throw_errno("become another user");
  clear_capabilities();
  // A change of the user also hides a process from its own /proc, and cancels the signal of its parent's end.
  ::prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
}

void keep_signals_inside() {
  const LandlockRuleset rules{0, 0, scope_signal};
  const UniqueFd ruleset(static_cast<int>(::syscall(landlock_create_ruleset, &rules, sizeof rules, 0)));
  if (ruleset) ::syscall(landlock_restrict_self, ruleset.get(), 0);
}

void install_filter(int fd) {
  std::vector<sock_filter> program(BPF_MAXINSNS);
  const ssize_t size = ::read(fd, program.data(), program.size() * sizeof(sock_filter));
  ::close(fd);
  if (size <= 0) throw_errno("read the filter");
  sock_fprog filter{static_cast<unsigned short>(static_cast<std::size_t>(size) / sizeof(sock_filter)),
                    program.data()};
  if (::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter) != 0) throw_errno("install the filter");
}

}  // namespace

void confine(const Confinement& confinement) {
  if (confinement.close_fd >= 0) ::close(confinement.close_fd);
  if (confinement.ids) become(*confinement.ids);
  const bool is_restricted = confinement.own_signals || confinement.filter_fd >= 0;
  if (is_restricted && ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) throw_errno("give up new privileges");
  if (confinement.own_signals) keep_signals_inside();
  if (confinement.filter_fd >= 0) install_filter(confinement.filter_fd);
}

}  // namespace lbundle::tracer
