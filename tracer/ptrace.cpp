// Tracing by ptrace, with a seccomp filter that stops only the calls that carry a path.
//
// The filter answers SECCOMP_RET_TRACE, so the tracee stops only at the entry of such a call. The classic
// tracer stops at the entry and the exit of every call. The kernel's own events follow threads, forks and
// execs, PTRACE_O_EXITKILL ends the tracees with the tracer, and every process's exit status is seen.
//
// The exact mode stops each of these calls at its exit too, and logs the errno that it really had.
//
// PTRACE_SEIZE is used, not ATTACH: it sends no SIGSTOP that the program could see, and it distinguishes a
// stop of the group from the delivery of a signal.
#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <string>
#include <unordered_map>
#include <utility>

#include <elf.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>

#include "held_child.hpp"
#include "method.hpp"
#include "seccomp_filter.hpp"
#include "supervision.hpp"
#include "trace_error.hpp"
#include "tracee.hpp"

namespace lbundle::tracer {
namespace {

// Distinguishes the stops of this tracer's filter from those of another filter of the tracee.
constexpr std::uint32_t stop_mark = 0x1b;

constexpr int self_test_patience_ms = 5000;

long request(unsigned what, pid_t tid, std::uintptr_t address, std::uintptr_t value) {
  return ::syscall(SYS_ptrace, static_cast<long>(what), tid, address, value);
}

int stop_event(int status) {
  return status >> 16;
}

bool read_call(pid_t tid, __ptrace_syscall_info& call_state) {
  return request(PTRACE_GET_SYSCALL_INFO, tid, sizeof call_state,
                 reinterpret_cast<std::uintptr_t>(&call_state)) > 0;
}

Call call_of(pid_t tid, const __ptrace_syscall_info& state) {
  Call call;
  call.tid = tid;
  call.audit_arch = state.arch;
  call.number = static_cast<int>(state.seccomp.nr);
  std::copy(std::begin(state.seccomp.args), std::end(state.seccomp.args), call.arguments.begin());
  return call;
}

// Cancels the call of a thread that is stopped at its entry; the call returns ENOSYS.
void refuse_call(pid_t tid) {
#if defined(__x86_64__)
  // The kernel has set rax to -ENOSYS already, and there is no call -1.
  request(PTRACE_POKEUSER, tid, offsetof(user, regs.orig_rax), static_cast<std::uintptr_t>(-1));
#elif defined(__aarch64__)
  int none = -1;
  iovec number{&none, sizeof none};
  request(PTRACE_SETREGSET, tid, NT_ARM_SYSTEM_CALL, reinterpret_cast<std::uintptr_t>(&number));
  user_regs_struct registers{};
  iovec all{&registers, sizeof registers};
  request(PTRACE_GETREGSET, tid, NT_PRSTATUS, reinterpret_cast<std::uintptr_t>(&all));
  registers.regs[0] = static_cast<unsigned long long>(-ENOSYS);
  request(PTRACE_SETREGSET, tid, NT_PRSTATUS, reinterpret_cast<std::uintptr_t>(&all));
#endif
}

// Replaces the first argument of a call that is stopped at its entry.
void set_first_argument(pid_t tid, std::uint32_t audit_arch, std::uint64_t value) {
#if defined(__x86_64__)
  const auto place = audit_arch == AUDIT_ARCH_I386 ? offsetof(user, regs.rbx) : offsetof(user, regs.rdi);
  request(PTRACE_POKEUSER, tid, place, value);
#elif defined(__aarch64__)
  static_cast<void>(audit_arch);
  user_regs_struct registers{};
  iovec all{&registers, sizeof registers};
  request(PTRACE_GETREGSET, tid, NT_PRSTATUS, reinterpret_cast<std::uintptr_t>(&all));
  registers.regs[0] = value;
  request(PTRACE_SETREGSET, tid, NT_PRSTATUS, reinterpret_cast<std::uintptr_t>(&all));
#endif
}

class Ptrace : public Method {
 public:
  explicit Ptrace(bool exact) : exact_(exact) {}

  void attach(const Job& job) override {
    job_ = &job;
    child_ = HeldChild(job, [] {
      HeldChild::Installed installed;
      install_filter(build_filter(SECCOMP_RET_TRACE | stop_mark, true), false, installed.no_new_privs);
      return installed;
    });
    constexpr std::uintptr_t options = PTRACE_O_TRACESECCOMP | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
                                       PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC | PTRACE_O_TRACESYSGOOD |
                                       PTRACE_O_EXITKILL;
    if (request(PTRACE_SEIZE, child_.pid(), 0, options) != 0) throw_errno("trace the command with ptrace");
    child_.let_install();
    no_new_privs_ = child_.installed().no_new_privs;
    test_with_known_open();
  }

  Outcome run(Recorder& recorder) override {
    Supervision supervision(child_.pid(), *job_, recorder);
    recorder.inherited(child_.pid());
    child_.let_exec();
    while (!supervision.finished()) wait_and_serve(recorder, supervision);
    if (const int error = child_.exec_error(); error != 0) {
      throw TraceError("run '" + job_->program + "': " + error_text(error));
    }
    return supervision.outcome();
  }

  bool no_new_privs() const override { return no_new_privs_; }
  std::string remark() const override { return exact_ ? "with each call's errno" : "at the entry of calls"; }

 private:
  bool is_own_stop(pid_t tid) {
    unsigned long mark = 0;
    return request(PTRACE_GETEVENTMSG, tid, 0, reinterpret_cast<std::uintptr_t>(&mark)) == 0 &&
           mark == stop_mark;
  }

  // Checks in turn whether the child has stopped and whether it says that its open is done. A filter that
  // outranks this one would let the open pass without a stop.
  void test_with_known_open() {
    child_.let_test();
    bool seen = false;
    for (int waited = 0; waited < self_test_patience_ms; ++waited) {
      int status = 0;
      if (::waitpid(child_.pid(), &status, WNOHANG | __WALL) == child_.pid()) {
        seen = is_known_open(status) || seen;
        request(PTRACE_CONT, child_.pid(), 0, 0);
      }
      pollfd said{child_.socket(), POLLIN, 0};
      if (::poll(&said, 1, seen ? self_test_patience_ms : 1) > 0 && child_.has_acted()) break;
    }
    if (!seen)
      throw TraceError("see a known open: it went past the filter (another filter or listener outranks it)");
  }

  bool is_known_open(int status) {
    __ptrace_syscall_info state{};
    if (!WIFSTOPPED(status)) throw TraceError("see a known open: the command's process has ended");
    if (stop_event(status) != PTRACE_EVENT_SECCOMP) return false;
    if (!read_call(child_.pid(), state)) throw_errno("read a stopped call (Linux 5.3 or later is needed)");
    return is_self_test(call_of(child_.pid(), state));
  }

  void wait_and_serve(Recorder& recorder, Supervision& supervision) {
    int status = 0;
    const pid_t tid = ::waitpid(-1, &status, __WALL);
    const int error = errno;
    supervision.tick();
    if (tid < 0) {
      if (error != EINTR) supervision.no_child_left();
      return;
    }
    if (WIFSTOPPED(status)) {
      serve_stop(tid, status, recorder);
    } else {
      in_call_.erase(tid);
      supervision.ended(tid, status);
    }
  }

  void serve_stop(pid_t tid, int status, Recorder& recorder) {
    const int signal = WSTOPSIG(status);
    switch (stop_event(status)) {
      case PTRACE_EVENT_SECCOMP:
        return enter_call(tid, recorder);
      case PTRACE_EVENT_EXEC:
        return take_exec(tid, recorder);
      case PTRACE_EVENT_FORK:
      case PTRACE_EVENT_VFORK:
      case PTRACE_EVENT_CLONE:
        return resume(tid, 0);
      case PTRACE_EVENT_STOP: {
        const bool group_stop =
            signal == SIGSTOP || signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU;
        request(group_stop ? PTRACE_LISTEN : PTRACE_CONT, tid, 0, 0);
        return;
      }
      default:
        break;
    }
    if (signal == (SIGTRAP | 0x80)) return leave_call(tid, recorder);
    resume(tid, signal);
  }

  void resume(pid_t tid, int signal) {
    // A signal that arrives during a call must not make that call lose its exit stop.
    const bool inside = in_call_.count(tid) != 0;
    request(inside ? PTRACE_SYSCALL : PTRACE_CONT, tid, 0, static_cast<std::uintptr_t>(signal));
  }

  void enter_call(pid_t tid, Recorder& recorder) {
    __ptrace_syscall_info state{};
    if (!is_own_stop(tid) || !read_call(tid, state)) return resume(tid, 0);
    if (follow_new_process(call_of(tid, state))) return resume(tid, 0);
    Observation seen = recorder.observe(call_of(tid, state));
    if (seen.refuse) refuse_call(tid);
    if (exact_ && !seen.refuse) {
      in_call_[tid] = std::move(seen);
    } else {
      recorder.commit(seen);
    }
    resume(tid, 0);
  }

  // A process that nobody follows would be under the filter without a tracer, and each of its filtered calls
  // would fail. So the flag for such processes is taken away. Returns true if the call makes a process.
  static bool follow_new_process(const Call& call) {
    if (is_clone(call.audit_arch, call.number)) {
      set_first_argument(call.tid, call.audit_arch, call.arguments[0] & ~std::uint64_t{clone_untraced});
      return true;
    }
    if (!is_clone3(call.audit_arch, call.number)) return false;
    const std::uint64_t place = call.arguments[0];  // of struct clone_args, which begins with its flags
    std::uint64_t flags = 0;
    if (read_memory(call.tid, place, &flags, sizeof flags) == 0 && (flags & clone_untraced) != 0)
      request(PTRACE_POKEDATA, call.tid, place, flags & ~std::uint64_t{clone_untraced});
    return true;
  }

  void leave_call(pid_t tid, Recorder& recorder) {
    __ptrace_syscall_info state{};
    const auto open_call = in_call_.find(tid);
    if (open_call != in_call_.end() && read_call(tid, state)) {
      if (state.op == PTRACE_SYSCALL_INFO_ENTRY) return resume(tid, 0);
      const bool failed = state.exit.is_error != 0;
      recorder.commit(open_call->second, failed ? static_cast<int>(-state.exit.rval) : 0);
      in_call_.erase(open_call);
    }
    resume(tid, 0);
  }

  // If a thread other than the first one calls exec, it goes on under the first one's number. The exec has
  // succeeded, so the files that it was seen to open are logged at once.
  void take_exec(pid_t tid, Recorder& recorder) {
    unsigned long former = 0;
    request(PTRACE_GETEVENTMSG, tid, 0, reinterpret_cast<std::uintptr_t>(&former));
    const auto open_call = in_call_.find(static_cast<pid_t>(former));
    if (open_call != in_call_.end()) {
      recorder.commit(open_call->second, 0);
      in_call_.erase(open_call);
    }
    recorder.executed(tid);
    resume(tid, 0);
  }

  bool exact_;
  const Job* job_ = nullptr;
  HeldChild child_;
  bool no_new_privs_ = false;
  std::unordered_map<pid_t, Observation> in_call_;  // exact mode: calls between their entry and their exit
};

}  // namespace

std::unique_ptr<Method> make_ptrace(bool exact) {
  return std::make_unique<Ptrace>(exact);
}

}  // namespace lbundle::tracer
