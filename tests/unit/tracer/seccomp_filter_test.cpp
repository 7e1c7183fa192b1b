#include "seccomp_filter.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <stdexcept>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/audit.h>
#include <linux/seccomp.h>

#include "syscall_table.hpp"

namespace lbundle::tracer {
namespace {

constexpr std::uint32_t stop = SECCOMP_RET_TRACE | 7;

// Runs a filter as the kernel's interpreter does, for the few instructions that filters here are made of.
// Everything else is an error.
std::uint32_t run(const std::vector<sock_filter>& program, const seccomp_data& call) {
  std::uint32_t accumulator = 0;
  for (std::size_t at = 0; at < program.size(); ++at) {
    const sock_filter& step = program.at(at);
    switch (step.code) {
      case BPF_LD | BPF_W | BPF_ABS:
        if (step.k % 4 != 0 || step.k + 4 > sizeof call) throw std::runtime_error("bad load");
        std::memcpy(&accumulator, reinterpret_cast<const char*>(&call) + step.k, 4);
        break;
      case BPF_JMP | BPF_JA:
        at += step.k;
        break;
      case BPF_JMP | BPF_JEQ | BPF_K:
        at += accumulator == step.k ? step.jt : step.jf;
        break;
      case BPF_JMP | BPF_JGE | BPF_K:
        at += accumulator >= step.k ? step.jt : step.jf;
        break;
      case BPF_JMP | BPF_JSET | BPF_K:
        at += (accumulator & step.k) != 0 ? step.jt : step.jf;
        break;
      case BPF_RET | BPF_K:
        return step.k;
      default:
        throw std::runtime_error("an instruction that is not used");
    }
  }
  throw std::runtime_error("no return");
}

seccomp_data call_of(std::uint32_t arch, int number) {
  seccomp_data call{};
  call.arch = arch;
  call.nr = number;
  return call;
}

class SeccompFilter : public testing::Test {
 protected:
  const std::vector<sock_filter> filter = build_filter({stop, true});
  const std::vector<sock_filter> exact = build_filter({stop, false});
};

TEST_F(SeccompFilter, StopsEveryCallOfTheTableAndNoOther) {
  for (const NativeTable& native : native_tables()) {
    for (int number = 0; number < 512; ++number) {
      const PathCall* call = find_call(native.table, number);
      if (call != nullptr && call->purpose == Purpose::socket_call) continue;
      const std::uint32_t wanted = call != nullptr ? stop : static_cast<std::uint32_t>(SECCOMP_RET_ALLOW);
      EXPECT_EQ(run(filter, call_of(native.audit_arch, number)), wanted) << number;
    }
  }
}

TEST_F(SeccompFilter, LetsFstatPassAndNothingLikeIt) {
  const NativeTable native = native_tables().front();
  for (const PathCall& shape : path_calls()) {
    if (shape.name != "newfstatat" && shape.name != "statx") continue;
    seccomp_data call = call_of(native.audit_arch, call_number(shape, native.table));
    const auto flags = static_cast<std::size_t>(shape.flags);
    call.args[0] = 5;
    call.args[flags] = AT_EMPTY_PATH;
    EXPECT_EQ(run(filter, call), static_cast<std::uint32_t>(SECCOMP_RET_ALLOW)) << shape.name;
    EXPECT_EQ(run(exact, call), stop) << shape.name;
    call.args[0] = static_cast<std::uint64_t>(AT_FDCWD);
    EXPECT_EQ(run(filter, call), stop) << shape.name;
    call.args[0] = static_cast<std::uint32_t>(AT_FDCWD);  // as a program may pass an int
    EXPECT_EQ(run(filter, call), stop) << shape.name;
    call.args[0] = 5;
    call.args[flags] = AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW;
    EXPECT_EQ(run(filter, call), stop) << shape.name;
    call.args[flags] = 0;
    EXPECT_EQ(run(filter, call), stop) << shape.name;
  }
}

TEST_F(SeccompFilter, StopsForeignTables) {
  EXPECT_EQ(run(filter, call_of(AUDIT_ARCH_PPC64, 3)), stop);
#if defined(__x86_64__)
  EXPECT_EQ(run(filter, call_of(AUDIT_ARCH_X86_64, 0x40000000)), stop);  // x32's read
  EXPECT_EQ(run(filter, call_of(AUDIT_ARCH_X86_64, 0x40000000 | 257)), stop);
#endif
}

TEST_F(SeccompFilter, OfSocketcallStopsBindAndConnectAlone) {
#if defined(__x86_64__)
  seccomp_data call = call_of(AUDIT_ARCH_I386, 102);
  for (std::uint64_t which = 0; which < 25; ++which) {
    call.args[0] = which;
    const std::uint32_t wanted =
        which == 2 || which == 3 ? stop : static_cast<std::uint32_t>(SECCOMP_RET_ALLOW);
    EXPECT_EQ(run(filter, call), wanted) << which;
  }
#else
  GTEST_SKIP() << "socketcall is i386's";
#endif
}

TEST_F(SeccompFilter, IsShorterThanTheKernelAllows) {
  EXPECT_LT(filter.size(), 4096U);
}  // BPF_MAXINSNS

}  // namespace
}  // namespace lbundle::tracer
