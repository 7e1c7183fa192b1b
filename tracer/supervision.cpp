#include "supervision.hpp"

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <string>

#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>

#include "guardian.hpp"
#include "process_tree.hpp"

namespace lbundle::tracer {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds linger_time{1000};
constexpr milliseconds terminate_time{2000};
constexpr milliseconds tick_time{50};

std::atomic<pid_t> signalled_process = 0;
std::atomic<bool> interrupted = false;

// Passes a signal on to the first process. The guardian passes on what was meant for it, and says who sent
// it. Signals from other senders are ignored, because no other process knows the tracer.
void pass_on(int signal, siginfo_t* info, void* /*context*/) {
  const int saved = errno;
  const pid_t pid = signalled_process;
  const bool is_passed_on = info->si_code == SI_QUEUE && info->si_pid == ::getppid();
  if (pid > 0 && is_passed_on && info->si_value.sival_int != pid) ::kill(pid, signal);
  errno = saved;
}

void interrupt(int /*signal*/) {
  interrupted = true;
}

void set_timer(milliseconds first) {
  const auto to_timeval = [](milliseconds time) {
    return timeval{static_cast<time_t>(time.count() / 1000),
                   static_cast<suseconds_t>(time.count() % 1000 * 1000)};
  };
  const itimerval timer{to_timeval(first.count() > 0 ? tick_time : first), to_timeval(first)};
  ::setitimer(ITIMER_REAL, &timer, nullptr);
}

// The signal of the guardian's end may arrive just before a wait begins, so a timer repeats it.
void hurry(int /*signal*/) {
  interrupted = true;
  set_timer(tick_time);
}

void take_signals() {
  struct sigaction action {};
  action.sa_flags = SA_SIGINFO;
  action.sa_sigaction = &pass_on;
  for (const int signal : passed_on) {
    struct sigaction before {};
    ::sigaction(signal, nullptr, &before);
    if (before.sa_handler != SIG_IGN) ::sigaction(signal, &action, nullptr);
  }
  action = {};
  action.sa_handler = &interrupt;
  ::sigaction(SIGALRM, &action, nullptr);
  action.sa_handler = &hurry;
  ::sigaction(guardian_is_gone, &action, nullptr);
  std::signal(SIGCHLD, SIG_DFL);  // if it were ignored, exit statuses would be lost
  sigset_t mask{};
  sigemptyset(&mask);
  sigaddset(&mask, SIGALRM);
  sigaddset(&mask, guardian_is_gone);
  ::sigprocmask(SIG_UNBLOCK, &mask, nullptr);
  std::signal(SIGPIPE, SIG_IGN);  // a log without a reader is an error to report, not a reason to die
}

}  // namespace

Supervision::Supervision(pid_t first, const Job& job, Recorder& recorder)
    : job_(job), recorder_(recorder), first_(first) {
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  leave_session();
  signalled_process = first;
  take_signals();
  if (!is_guarded()) hurry(guardian_is_gone);
  if (job.timeout_seconds > 0) enter(Stage::running, std::chrono::seconds(job.timeout_seconds));
}

Supervision::~Supervision() {
  set_timer(milliseconds{0});
  signalled_process = 0;
}

void Supervision::enter(Stage stage, milliseconds until_due) {
  stage_ = stage;
  due_ = Clock::now() + until_due;
  set_timer(until_due);
}

void Supervision::ended(pid_t pid, int wait_status) {
  recorder_.exited(pid, wait_status);
  if (pid != first_) return;
  signalled_process = 0;
  first_has_ended_ = true;
  outcome_.wait_status = wait_status;
  if (stage_ != Stage::running) return;
  if (job_.wait_daemons) {
    stage_ = Stage::waiting;  // still until the timeout, if there is one
  } else {
    enter(Stage::lingering, linger_time);
  }
  set_timer(tick_time);  // nothing else reports the end of an adopted process that was never seen
}

void Supervision::reap() {
  for (;;) {
    int status = 0;
    const pid_t pid = ::waitpid(-1, &status, WNOHANG | __WALL);
    if (pid < 0 && errno == EINTR) continue;
    if (pid < 0) return no_child_left();
    if (pid == 0) break;
    ended(pid, status);
  }
}

void Supervision::tick() {
  if (!interrupted.exchange(false)) return;
  if (!is_guarded()) {
    outcome_.abandoned = true;
    stage_ = Stage::killing;
    due_ = Clock::now();
  }
  if (Clock::now() < due_) return;
  switch (stage_) {
    case Stage::running:
    case Stage::waiting:
      outcome_.timed_out = true;
      recorder_.log().timeout(job_.timeout_seconds);
      signal_all(SIGTERM);
      return enter(Stage::terminating, terminate_time);
    case Stage::terminating:
    case Stage::lingering:
    case Stage::killing:
      // Repeats until no process is left, because a process can fork between the look and the kill.
      signal_all(SIGKILL);
      return enter(Stage::killing, tick_time);
  }
}

void Supervision::signal_all(int signal) {
  for (const pid_t pid : descendants()) {
    if (::kill(pid, signal) == 0 && killed_.insert(pid).second) recorder_.log().killed(pid, signal);
  }
}

void nap() {
  const timespec millisecond{0, 1'000'000};
  ::nanosleep(&millisecond, nullptr);
}

void end_like(int wait_status) {
  if (!WIFSIGNALED(wait_status)) ::_exit(WEXITSTATUS(wait_status));
  const int signal = WTERMSIG(wait_status);
  const rlimit no_core{0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  std::signal(signal, SIG_DFL);
  sigset_t mask{};
  sigemptyset(&mask);
  sigaddset(&mask, signal);
  ::sigprocmask(SIG_UNBLOCK, &mask, nullptr);
  ::raise(signal);
  ::_exit(128 + signal);
}

}  // namespace lbundle::tracer
