#pragma once

#include <chrono>
#include <set>

#include <sys/types.h>

#include "method.hpp"

namespace lbundle::tracer {

/// Watches over the processes of a run. It passes signals on to the first process, ends the run at its
/// timeout, and ends the processes that the first one leaves behind.
///
/// The tracer adopts every orphan of the run (PR_SET_CHILD_SUBREAPER). When the first process has ended, the
/// others have one second to end as well. Then they are killed, as Lambda freezes and discards a sandbox
/// whose runtime is gone. With Job::wait_daemons they are waited for. At the timeout all get SIGTERM, and two
/// seconds later SIGKILL. When the guardian is gone, all are killed.
///
/// A timer interrupts the caller's waiting system call with SIGALRM whenever tick() is due. It repeats, so
/// that no wake-up can be lost between two calls.
class Supervision {
 public:
  /// To be made after `first` was forked, because the signal handlers are only for the tracer.
  Supervision(pid_t first, const Job& job, Recorder& recorder);
  Supervision(const Supervision&) = delete;
  Supervision& operator=(const Supervision&) = delete;
  ~Supervision();

  /// To be called when a child of the tracer has ended.
  void ended(pid_t pid, int wait_status);
  /// To be called when the tracer has no child left.
  void no_child_left() { finished_ = true; }
  /// Reaps the processes that have ended, without waiting. Not for a ptrace tracer, which waits itself.
  void reap();
  /// Does what is due by the clock if the timer has run out since the last call; otherwise it costs next to
  /// nothing. To be called in each turn of the caller's loop.
  void tick();

  /// True once the first process has been reaped. A readable pidfd does not mean that yet: if a process is
  /// ptraced, its tracer learns of its end first, and only then its parent.
  bool first_has_ended() const { return first_has_ended_; }
  bool finished() const { return finished_; }
  Outcome outcome() const { return outcome_; }

 private:
  enum class Stage { running, terminating, lingering, waiting, killing };
  using Clock = std::chrono::steady_clock;

  void enter(Stage stage, std::chrono::milliseconds until_due);
  void signal_all(int signal);

  const Job& job_;
  Recorder& recorder_;
  pid_t first_;
  Stage stage_ = Stage::running;
  Clock::time_point due_ = Clock::time_point::max();
  std::set<pid_t> killed_;
  bool first_has_ended_ = false;
  bool finished_ = false;
  Outcome outcome_;
};

/// Waits a millisecond, for a process that has ended and cannot be reaped yet.
void nap();

/// Ends the tracer as its tracee ended: with its exit status, or by the same signal, without a second core
/// dump. If the signal cannot end it (as process 1 of a pid namespace), exits with 128 + signal.
[[noreturn]] void end_like(int wait_status);

}  // namespace lbundle::tracer
