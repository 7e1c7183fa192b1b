#include "os/seccomp_filter.hpp"

#include <cerrno>
#include <cstring>
#include <functional>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace lbundle {
namespace {

// The errno of a call under the filter, in a child; 0 if it succeeds.
int errno_of(const std::function<long()>& call) {
  const auto filter = sandbox_filter();
  const pid_t child = fork();
  if (child == 0) {
    const sock_fprog program{static_cast<unsigned short>(filter.size() / sizeof(sock_filter)),
                             reinterpret_cast<sock_filter*>(const_cast<char*>(filter.data()))};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) != 0)
      _exit(255);
    errno = 0;
    _exit(call() < 0 ? errno : 0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(SeccompFilter, RefusesWhatReachesTheKernelsSettings) {
  EXPECT_EQ(errno_of([] { return syscall(SYS_keyctl, 0, -3, 1); }), EPERM);
  EXPECT_EQ(errno_of([] { return syscall(SYS_bpf, 0, 0, 0); }), EPERM);
  EXPECT_EQ(errno_of([] { return syscall(SYS_mount, 0, 0, 0, 0, 0); }), EPERM);
  EXPECT_EQ(errno_of([] { return syscall(SYS_io_uring_setup, 1, 0); }), ENOSYS);
}

TEST(SeccompFilter, RefusesNewNamespacesAndNoOtherProcess) {
  EXPECT_EQ(errno_of([] { return syscall(SYS_unshare, CLONE_NEWUSER); }), EPERM);
  EXPECT_EQ(errno_of([] { return syscall(SYS_unshare, CLONE_NEWNET | CLONE_FILES); }), EPERM);
  EXPECT_EQ(errno_of([] { return syscall(SYS_unshare, CLONE_FILES); }), 0);
  EXPECT_EQ(errno_of([] { return syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0); }), EPERM);
  EXPECT_EQ(errno_of([]() -> long { return fork(); }), 0);
  EXPECT_EQ(errno_of([] { return syscall(SYS_clone3, 0, 0); }), ENOSYS);
}

TEST(SeccompFilter, PermitsLocalAndInternetSocketsAlone) {
  for (const int family : {AF_UNIX, AF_INET, AF_INET6})
    EXPECT_NE(errno_of([=]() -> long { return socket(family, SOCK_STREAM, 0); }), EPERM) << family;
  EXPECT_EQ(errno_of([]() -> long { return socket(AF_UNIX, SOCK_STREAM, 0); }), 0);
  EXPECT_EQ(errno_of([]() -> long { return socket(AF_NETLINK, SOCK_RAW, 0); }), 0);
  for (const int family : {AF_VSOCK, AF_PACKET, AF_ALG, AF_KEY, AF_BLUETOOTH, AF_IPX})
    EXPECT_EQ(errno_of([=]() -> long { return socket(family, SOCK_RAW, 0); }), EAFNOSUPPORT) << family;
}

TEST(SeccompFilter, BitsThatTheKernelIgnoresDoNotHelp) {
  const long high = 1L << 32;
  EXPECT_EQ(errno_of([=] { return syscall(SYS_socket, high | AF_VSOCK, SOCK_STREAM, 0); }), EAFNOSUPPORT);
  EXPECT_EQ(errno_of([=] { return syscall(SYS_ioctl, 0, high | TIOCSTI, "x"); }), EPERM);
}

}  // namespace
}  // namespace lbundle
