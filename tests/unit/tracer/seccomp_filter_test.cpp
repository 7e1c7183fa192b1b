#include "seccomp_filter.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <stdexcept>
#include <string>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <sys/syscall.h>

#include "syscall_table.hpp"

namespace lbundle::tracer {
namespace {

constexpr std::uint32_t stop = SECCOMP_RET_TRACE | 7;

// Runs a filter as the kernel's interpreter does. It knows the few instructions that the filters here use.
// Any other instruction is an error.
std::uint32_t run(const std::vector<sock_filter>& program, const seccomp_data& call,
                  bool* looked_at_arguments = nullptr) {
  std::uint32_t accumulator = 0;
  for (std::size_t at = 0; at < program.size(); ++at) {
    const sock_filter& step = program.at(at);
    switch (step.code) {
      case BPF_LD | BPF_W | BPF_ABS:
        if (step.k % 4 != 0 || step.k + 4 > sizeof call) throw std::runtime_error("bad load");
        if (looked_at_arguments != nullptr) *looked_at_arguments |= step.k > offsetof(seccomp_data, arch);
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

bool looks_at_arguments(const std::vector<sock_filter>& program, const seccomp_data& call) {
  bool looks = false;
  run(program, call, &looks);
  return looks;
}

seccomp_data call_of(std::uint32_t arch, int number) {
  seccomp_data call{};
  call.arch = arch;
  call.nr = number;
  return call;
}

class SeccompFilter : public testing::Test {
 protected:
  const std::vector<sock_filter> filter = build_filter(stop);
  const std::uint32_t allow = static_cast<std::uint32_t>(SECCOMP_RET_ALLOW);

  // Expects `verdict` from the filter for a call with this name, in every native table that has it.
  void expect(const std::string& name, const std::map<int, std::uint64_t>& arguments, std::uint32_t verdict) {
    for (const NativeTable& native : native_tables()) {
      for (const PathCall& shape : path_calls()) {
        if (shape.name != name || call_number(shape, native.table) < 0) continue;
        seccomp_data call = call_of(native.audit_arch, call_number(shape, native.table));
        for (const auto& [index, value] : arguments) call.args[index] = value;
        EXPECT_EQ(run(filter, call), verdict) << name;
      }
    }
  }
};

TEST_F(SeccompFilter, StopsEveryCallOfTheTableAndNoOther) {
  for (const NativeTable& native : native_tables()) {
    for (int number = 0; number < 512; ++number) {
      const PathCall* call = find_call(native.table, number);
      if (call != nullptr && call->condition != Condition::none) continue;
      EXPECT_EQ(run(filter, call_of(native.audit_arch, number)), call != nullptr ? stop : allow) << number;
    }
  }
}

// If the filter allows a call without a look at its arguments, the kernel does not run the filter for it, but
// uses a bitmap; see seccomp_is_const_allow() in kernel/seccomp.c.
TEST_F(SeccompFilter, LooksAtNoArgumentOfACallThatCarriesNoPath) {
  for (const NativeTable& native : native_tables()) {
    for (int number = 0; number < 512; ++number) {
      if (find_call(native.table, number) != nullptr) continue;
      EXPECT_FALSE(looks_at_arguments(filter, call_of(native.audit_arch, number))) << number;
    }
  }
  EXPECT_TRUE(looks_at_arguments(filter, call_of(native_tables().front().audit_arch, SYS_sendto)));
}

TEST_F(SeccompFilter, LetsPassWhatHasNoAddressForAPath) {
  constexpr std::uint64_t somewhere = 0x7f0000001000;
  constexpr std::uint64_t lower_half_zero = 0x7f0000000000;
  expect("newfstatat", {{0, 5}, {3, AT_EMPTY_PATH}}, allow);
  expect("newfstatat", {{0, 5}, {1, somewhere}, {3, AT_EMPTY_PATH}}, stop);
  expect("newfstatat", {{0, 5}, {1, lower_half_zero}, {3, AT_EMPTY_PATH}}, stop);
  expect("statx", {{0, 5}, {1, somewhere}, {2, AT_EMPTY_PATH}}, stop);
  expect("utimensat", {{0, 5}}, allow);
  expect("utimensat", {{0, 5}, {1, somewhere}}, stop);
  expect("sendto", {{0, 5}, {1, somewhere}, {2, 1}}, allow);
  expect("sendto", {{0, 5}, {1, somewhere}, {2, 1}, {4, somewhere}, {5, 16}}, stop);
}

TEST_F(SeccompFilter, LetsOnlyTheTracersOwnSendmsgPass) {
  expect("sendmsg", {{2, 0}}, stop);
  expect("sendmsg", {{2, 0x4000}}, stop);  // MSG_NOSIGNAL
  expect("sendmsg", {{2, own_message_flags}}, allow);
}

TEST_F(SeccompFilter, StopsBpfAndFsconfigForTheCommandsThatNameAFile) {
  for (std::uint32_t command = 0; command < 40; ++command) {
    expect("bpf", {{0, command}}, command == 6 || command == 7 ? stop : allow);
    const bool may_name = command == 1 || command == 3 || command == 4;
    expect("fsconfig", {{0, 6}, {1, command}}, may_name ? stop : allow);
  }
}

TEST_F(SeccompFilter, StopsForeignTables) {
  EXPECT_EQ(run(filter, call_of(AUDIT_ARCH_PPC64, 3)), stop);
#if defined(__x86_64__)
  EXPECT_EQ(run(filter, call_of(AUDIT_ARCH_X86_64, 0x40000000)), stop);  // x32's read
  EXPECT_EQ(run(filter, call_of(AUDIT_ARCH_X86_64, 0x40000000 | 257)), stop);
#endif
}

TEST_F(SeccompFilter, StopsSocketcallsThatHaveAnAddress) {
#if defined(__x86_64__)
  seccomp_data call = call_of(AUDIT_ARCH_I386, 102);
  for (std::uint64_t which = 0; which < 25; ++which) {
    call.args[0] = which;
    const bool carries = which == 2 || which == 3 || which == 11 || which == 16 || which == 20;
    EXPECT_EQ(run(filter, call), carries ? stop : allow) << which;
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
