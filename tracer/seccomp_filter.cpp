// The filter decides which calls stop. A stop costs some microseconds; a call that the filter lets pass costs
// next to nothing. Since Linux 5.11 the kernel works out beforehand for which calls a filter always says
// "allow" without looking at the arguments, and skips the filter for them. So the filter looks only at the
// number on the way to "allow", and the tree of comparisons needs to be short only for the calls that stop
// anyway. The first form was a list of comparisons, one for each call. The tree is as simple, and keeps every
// jump within the 255 instructions that BPF allows.
#include "seccomp_filter.hpp"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <span>

#include <linux/audit.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "syscall_table.hpp"
#include "trace_error.hpp"

namespace lbundle::tracer {
namespace {

using Program = std::vector<sock_filter>;

constexpr std::uint32_t x32_bit = 0x40000000;  // __X32_SYSCALL_BIT of asm/unistd.h

sock_filter statement(int code, std::uint32_t k) {
  return BPF_STMT(static_cast<std::uint16_t>(code), k);
}

sock_filter jump(int code, std::uint32_t k, std::size_t if_true, std::size_t if_false) {
  if (if_true > 255 || if_false > 255) throw TraceError("build the seccomp filter: a jump is too long");
  return BPF_JUMP(static_cast<std::uint16_t>(code), k, static_cast<std::uint8_t>(if_true),
                  static_cast<std::uint8_t>(if_false));
}

sock_filter give(std::uint32_t action) {
  return statement(BPF_RET | BPF_K, action);
}

sock_filter load(std::size_t offset) {
  return statement(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(offset));
}

// Loads the low half of an argument; both machines are little-endian.
sock_filter load_argument(std::size_t index) {
  return load(offsetof(seccomp_data, args) + 8 * index);
}

void append(Program& to, const Program& from) {
  to.insert(to.end(), from.begin(), from.end());
}

sock_filter load_upper_half(std::size_t index) {
  return load(offsetof(seccomp_data, args) + 8 * index + 4);
}

// A null address points to no path: glibc's send() is sendto without an address.
Program unless_null(std::size_t index, std::uint32_t action) {
  return {load_argument(index),    jump(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 3),
          load_upper_half(index),  jump(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 1),
          give(SECCOMP_RET_ALLOW), give(action)};
}

Program unless_equal(std::size_t index, std::uint32_t value, std::uint32_t action) {
  return {load_argument(index), jump(BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1), give(SECCOMP_RET_ALLOW),
          give(action)};
}

Program if_one_of(std::size_t index, std::span<const std::uint32_t> values, std::uint32_t action) {
  Program program{load_argument(index)};
  for (std::size_t left = values.size(); left > 0; --left) {
    program.push_back(jump(BPF_JMP | BPF_JEQ | BPF_K, values[left - 1], left, 0));
  }
  program.push_back(give(SECCOMP_RET_ALLOW));
  program.push_back(give(action));
  return program;
}

Program verdict_on(const PathCall& call, std::uint32_t action) {
  switch (call.condition) {
    case Condition::path:
      return unless_null(static_cast<std::size_t>(call.path), action);
    case Condition::not_own:
      return unless_equal(static_cast<std::size_t>(call.flags), own_message_flags, action);
    case Condition::command_of:
      return if_one_of(static_cast<std::size_t>(std::max<int>(call.flags, 0)), commands_of(call), action);
    case Condition::none:
      break;
  }
  return {give(action)};
}

struct Numbered {
  std::uint32_t number;
  const PathCall* call;
};

// Builds a tree of comparisons over calls[from, to), which are sorted by number.
Program tree(const std::vector<Numbered>& calls, std::size_t from, std::size_t to, std::uint32_t action) {
  Program program;
  if (to - from == 1) {
    const Program verdict = verdict_on(*calls[from].call, action);
    program.push_back(jump(BPF_JMP | BPF_JEQ | BPF_K, calls[from].number, 0, verdict.size()));
    append(program, verdict);
    program.push_back(give(SECCOMP_RET_ALLOW));
    return program;
  }
  const std::size_t middle = from + (to - from) / 2;
  const Program low = tree(calls, from, middle, action);
  program.push_back(jump(BPF_JMP | BPF_JGE | BPF_K, calls[middle].number, low.size(), 0));
  append(program, low);
  append(program, tree(calls, middle, to, action));
  return program;
}

// asm/unistd_64.h, asm/unistd_32.h, asm-generic/unistd.h
std::uint32_t clone_number(CallTable table) {
  switch (table) {
    case CallTable::x86_64:
      return 56;
    case CallTable::i386:
      return 120;
    case CallTable::aarch64:
      break;
  }
  return 220;
}
constexpr std::uint32_t clone3_number = 435;  // the same everywhere

Program stop_new_processes(CallTable table, std::uint32_t action) {
  return {jump(BPF_JMP | BPF_JEQ | BPF_K, clone3_number, 0, 1),
          give(action),
          jump(BPF_JMP | BPF_JEQ | BPF_K, clone_number(table), 0, 4),
          load_argument(0),
          jump(BPF_JMP | BPF_JSET | BPF_K, clone_untraced, 0, 1),
          give(action),
          give(SECCOMP_RET_ALLOW)};
}

Program of_table(CallTable table, std::uint32_t action, bool new_processes) {
  std::vector<Numbered> calls;
  for (const PathCall& call : path_calls()) {
    const int number = call_number(call, table);
    if (number >= 0) calls.push_back({static_cast<std::uint32_t>(number), &call});
  }
  std::sort(calls.begin(), calls.end(),
            [](const Numbered& a, const Numbered& b) { return a.number < b.number; });
  Program program{load(offsetof(seccomp_data, nr))};
  if (table == CallTable::x86_64) {
    program.push_back(jump(BPF_JMP | BPF_JGE | BPF_K, x32_bit, 0, 1));
    program.push_back(give(action));
  }
  if (new_processes) append(program, stop_new_processes(table, action));
  append(program, tree(calls, 0, calls.size(), action));
  return program;
}

int seccomp(unsigned flags, const sock_fprog& program) {
  return static_cast<int>(::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program));
}

}  // namespace

bool is_clone(std::uint32_t audit_arch, int number) {
  return std::ranges::any_of(native_tables(), [&](const NativeTable& native) {
    return native.audit_arch == audit_arch && number >= 0 &&
           static_cast<std::uint32_t>(number) == clone_number(native.table);
  });
}

bool is_clone3(std::uint32_t audit_arch, int number) {
  return std::ranges::any_of(native_tables(), [&](const NativeTable& native) {
    return native.audit_arch == audit_arch && number == static_cast<int>(clone3_number);
  });
}

std::vector<sock_filter> build_filter(std::uint32_t action, bool new_processes) {
  Program program;
  for (const NativeTable& native : native_tables()) {
    const Program body = of_table(native.table, action, new_processes);
    program.push_back(load(offsetof(seccomp_data, arch)));
    // A table is longer than a conditional jump reaches, so an unconditional jump is put before it.
    program.push_back(jump(BPF_JMP | BPF_JEQ | BPF_K, native.audit_arch, 1, 0));
    program.push_back(statement(BPF_JMP | BPF_JA, static_cast<std::uint32_t>(body.size())));
    append(program, body);
  }
  program.push_back(give(action));
  return program;
}

UniqueFd install_filter(const std::vector<sock_filter>& filter, bool listener, bool& no_new_privs) {
  const sock_fprog program{static_cast<unsigned short>(filter.size()),
                           const_cast<sock_filter*>(filter.data())};
  // Without SPEC_ALLOW a kernel before 5.16 slows down every instruction of the command, because it takes
  // each process with a filter for a sandbox of hostile code. The command must run as it would without a
  // filter.
  const unsigned wanted = static_cast<unsigned>(SECCOMP_FILTER_FLAG_SPEC_ALLOW) |
                          (listener ? static_cast<unsigned>(SECCOMP_FILTER_FLAG_NEW_LISTENER) : 0U);
  // Without WAIT_KILLABLE_RECV (Linux 5.19) each signal that the tracee gets while it waits starts its call
  // again. Go's runtime sends itself so many signals that the call might never end.
  const unsigned patient =
      listener ? wanted | static_cast<unsigned>(SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV) : wanted;
  no_new_privs = ::prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1;
  unsigned flags = patient;
  int result = seccomp(flags, program);
  if (result < 0 && errno == EINVAL) result = seccomp(flags = wanted, program);
  // A process with CAP_SYS_ADMIN does not need no_new_privs, and without it setuid programs still work under
  // the tracer.
  if (result < 0 && errno == EACCES) {
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) throw_errno("set no_new_privs");
    no_new_privs = true;
    result = seccomp(flags, program);
  }
  if (result < 0 && errno == EBUSY) {
    throw TraceError("install the seccomp filter: another tracer listens already (EBUSY)");
  }
  if (result < 0) throw_errno("install the seccomp filter");
  return UniqueFd(listener ? result : -1);
}

}  // namespace lbundle::tracer
