// The problem: a sandbox without capabilities still offers the whole kernel: sockets to the hypervisor, keys
// of the user, namespaces in which a process is root. The idea: one list of refused calls, each with the
// error that a process without rights gets on Lambda. The list names what is refused, and not what is
// permitted, because a function may use any other call, and a missing one would change its answer. Only calls
// of the processor's own kind pass: 32-bit calls have other numbers and would go around the list.
#include "os/seccomp_filter.hpp"

#include <cerrno>
#include <initializer_list>
#include <memory>

#include <linux/sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "model/error.hpp"
#include "os/fd.hpp"

namespace lbundle {

namespace {

// Refused with EPERM: these calls need capabilities that nothing in Lambda has, or are forbidden there.
constexpr std::initializer_list<const char*> forbidden{
    // keys of the user and of the session
    "keyctl", "add_key", "request_key",
    // mounts
    "mount", "umount", "umount2", "pivot_root", "open_tree", "move_mount", "fsopen", "fsconfig", "fsmount",
    "fspick", "mount_setattr", "open_by_handle_at",
    // namespaces of other processes
    "setns",
    // programs and events in the kernel
    "bpf", "perf_event_open", "userfaultfd", "lookup_dcookie",
    // modules, another kernel, the whole machine
    "init_module", "finit_module", "delete_module", "create_module", "kexec_load", "kexec_file_load",
    "reboot", "swapon", "swapoff", "acct", "quotactl", "quotactl_fd", "settimeofday", "clock_settime",
    "stime", "iopl", "ioperm", "syslog", "vhangup", "nfsservctl", "sethostname", "setdomainname", "chroot"};

// Refused with ENOSYS. Rings of io_uring carry calls past every filter and every trace. The flags of clone3
// are in memory, where no filter can read them; C libraries then use clone.
constexpr std::initializer_list<const char*> missing{"io_uring_setup", "io_uring_enter", "io_uring_register",
                                                     "clone3"};

constexpr std::initializer_list<std::uint64_t> new_namespaces{
    CLONE_NEWNS, CLONE_NEWCGROUP, CLONE_NEWUTS, CLONE_NEWIPC, CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET};
// Only unshare knows it; in clone, the bit is part of the signal. Source: linux/sched.h.
constexpr std::uint64_t new_time_namespace = 0x80;

// Characters that seem to be typed at a terminal. Source: asm-generic/ioctls.h.
constexpr std::initializer_list<std::uint64_t> terminal_input{0x5412 /* TIOCSTI */, 0x541C /* TIOCLINUX */};

// The number of ioctl's command has 32 bits; the kernel ignores the upper half.
constexpr std::uint64_t lower_half = 0xffffffff;

struct Release {
  void operator()(void* context) const { seccomp_release(context); }
};

class Filter {
 public:
  Filter() : context_(seccomp_init(SCMP_ACT_ALLOW)) {
    if (context_ == nullptr) throw system_error("make", "the seccomp filter", ENOMEM);
    check(seccomp_attr_set(context_.get(), SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_ERRNO(ENOSYS)));
  }

  void refuse(const char* name, int error) {
    const int number = seccomp_syscall_resolve_name(name);
    if (number >= 0) check(seccomp_rule_add(context_.get(), SCMP_ACT_ERRNO(error), number, 0));
  }

  void refuse(const char* name, int error, scmp_arg_cmp condition) {
    const int number = seccomp_syscall_resolve_name(name);
    if (number < 0) return;
    check(seccomp_rule_add_array(context_.get(), SCMP_ACT_ERRNO(error), number, 1, &condition));
  }

  std::string bytes() const {
    const Fd file(memfd_create("filter", MFD_CLOEXEC));
    if (!file.is_open()) throw system_error("make", "the seccomp filter", errno);
    check(seccomp_export_bpf(context_.get(), file.number()));
    std::string text(static_cast<std::size_t>(lseek(file.number(), 0, SEEK_END)), '\0');
    const auto got = pread(file.number(), text.data(), text.size(), 0);
    if (got != static_cast<ssize_t>(text.size())) throw system_error("read", "the seccomp filter", EIO);
    return text;
  }

 private:
  static void check(int result) {
    if (result < 0) throw system_error("make", "the seccomp filter", -result);
  }

  std::unique_ptr<void, Release> context_;
};

scmp_arg_cmp has_bits(unsigned argument, std::uint64_t bits) {
  return {argument, SCMP_CMP_MASKED_EQ, bits, bits};
}

scmp_arg_cmp equals(unsigned argument, std::uint64_t value) {
  return {argument, SCMP_CMP_MASKED_EQ, lower_half, value};
}

void refuse_namespaces(Filter& filter) {
  for (const auto kind : new_namespaces) {
    filter.refuse("unshare", EPERM, has_bits(0, kind));
    filter.refuse("clone", EPERM, has_bits(0, kind));
  }
  filter.refuse("unshare", EPERM, has_bits(0, new_time_namespace));
}

// Local sockets, the internet and netlink pass. Everything else reaches the hypervisor (AF_VSOCK), raw
// interfaces (AF_PACKET), the kernel's ciphers (AF_ALG), or protocols that no function uses.
void refuse_sockets(Filter& filter) {
  for (const auto* name : {"socket", "socketpair"}) {
    for (std::uint64_t family = AF_UNSPEC + 1; family < AF_NETLINK; ++family) {
      const bool passes = family == AF_UNIX || family == AF_INET || family == AF_INET6;
      if (!passes) filter.refuse(name, EAFNOSUPPORT, equals(0, family));
    }
    filter.refuse(name, EAFNOSUPPORT, {0, SCMP_CMP_GT, AF_NETLINK, 0});
  }
}

std::string make_filter() {
  Filter filter;
  for (const auto* name : forbidden) filter.refuse(name, EPERM);
  for (const auto* name : missing) filter.refuse(name, ENOSYS);
  for (const auto command : terminal_input) filter.refuse("ioctl", EPERM, equals(1, command));
  refuse_namespaces(filter);
  refuse_sockets(filter);
  return filter.bytes();
}

}  // namespace

const std::string& sandbox_filter() {
  static const auto filter = make_filter();
  return filter;
}

}  // namespace lbundle
