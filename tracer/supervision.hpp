#pragma once

#include <chrono>
#include <set>

#include <sys/types.h>

#include "method.hpp"

namespace lbundle::tracer {

/// Watches over the processes of a run: passes signals on to the first one, ends the run at its timeout, and
/// ends what the first process leaves behind.
///
/// The tracer adopts every orphan of the run (PR_SET_CHILD_SUBREAPER). When the first process has ended, the
/// others have one second to follow; then they are killed, as Lambda freezes and discards a sandbox whose
/// runtime is gone. With Job::wait_daemons they are waited for. At the timeout all get SIGTERM, two seconds
/// later SIGKILL. When the guardian is gone, all are killed.
///
/// A timer interrupts the caller's waiting system call with SIGALRM whenever tick() is due; it does so again
/// and again, so that no wake-up can be lost between two calls.
class Supervision {
 public:
  /// To be made after `first` was forked: the signal handlers are the tracer's own.
  Supervision(pid_t first, const Job& job, Recorder& recorder);
  Supervision(const Supervision&) = delete;
  Supervision& operator=(const Supervision&) = delete;
  ~Supervision();

  /// A child of the tracer has ended.
  void ended(pid_t pid, int wait_status);
  /// The tracer has no child left.
  void no_child_left() { finished_ = true; }
  /// Reaps what has ended, without waiting. Not for a ptrace tracer, which waits itself.
  void reap();
  /// Does what is due by the clock, if the timer has run out since the last call; costs next to nothing else.
  /// To be called each time around.
  void tick();

  /// True once the first process has been reaped. A pidfd that is readable does not mean it yet: whoever
  /// ptraces a process gets its end first, and only then its parent does.
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

/// Waits a millisecond: for a process that has ended and cannot be reaped yet.
void nap();

/// Ends the tracer as its tracee ended: with its exit status, or by the same signal, without a second core
/// dump. Where the signal cannot end it (as process 1 of a pid namespace), exits with 128 + signal.
[[noreturn]] void end_like(int wait_status);

}  // namespace lbundle::tracer
