#include "supervision.hpp"

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>

#include "trace_error.hpp"
#include "tracee.hpp"

namespace lbundle::tracer {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds linger_time{1000};
constexpr milliseconds terminate_time{2000};
constexpr milliseconds tick_time{50};

constexpr std::array passed_on = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2};

std::atomic<pid_t> signalled_process = 0;

// What the terminal sends (SI_KERNEL), it sends to the tracee as well; only what was meant for the tracer
// alone is passed on.
void pass_on(int signal, siginfo_t* info, void* /*context*/) {
  const int saved = errno;
  const pid_t pid = signalled_process;
  if (pid > 0 && info->si_code != SI_KERNEL && info->si_pid != pid) ::kill(pid, signal);
  errno = saved;
}

void interrupt(int /*signal*/) {}

void set_timer(milliseconds first) {
  const auto to_timeval = [](milliseconds time) {
    return timeval{static_cast<time_t>(time.count() / 1000),
                   static_cast<suseconds_t>(time.count() % 1000 * 1000)};
  };
  const itimerval timer{to_timeval(first.count() > 0 ? tick_time : first), to_timeval(first)};
  ::setitimer(ITIMER_REAL, &timer, nullptr);
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
  sigset_t mask{};
  sigemptyset(&mask);
  sigaddset(&mask, SIGALRM);
  ::sigprocmask(SIG_UNBLOCK, &mask, nullptr);
  std::signal(SIGPIPE, SIG_IGN);  // a log that nobody reads any more is an error to tell, not a reason to die
}

// The parent of each living process, from /proc/PID/stat, whose second field may itself hold spaces and
// brackets.
std::map<pid_t, pid_t> parents() {
  std::map<pid_t, pid_t> parent_of;
  const int fd = ::openat(proc_fd(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const std::unique_ptr<DIR, int (*)(DIR*)> listing(fd < 0 ? nullptr : ::fdopendir(fd), &::closedir);
  if (!listing) return parent_of;
  while (const dirent* entry = ::readdir(listing.get())) {
    const pid_t pid = std::atoi(entry->d_name);
    if (pid <= 0) continue;
    const std::string stat = read_proc_file(std::string(entry->d_name) + "/stat");
    const std::size_t comm_end = stat.rfind(')');
    if (comm_end == std::string::npos || stat.size() < comm_end + 5) continue;
    const char state = stat[comm_end + 2];
    if (state != 'Z' && state != 'X') parent_of[pid] = std::atoi(stat.c_str() + comm_end + 4);
  }
  return parent_of;
}

}  // namespace

Supervision::Supervision(pid_t first, const Job& job, Recorder& recorder)
    : job_(job), recorder_(recorder), first_(first) {
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  for (const auto& [pid, parent] : parents()) {
    if (parent == ::getpid() && pid != first) others_.insert(pid);
  }
  signalled_process = first;
  take_signals();
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
  set_timer(tick_time);  // an adopted process that was never seen has nothing else that tells of its end
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
  look_for_end();
}

// A tracer that had children of its own before will not run out of them.
void Supervision::look_for_end() {
  if (first_has_ended_ && !others_.empty() && descendants().empty()) no_child_left();
}

void Supervision::tick() {
  look_for_end();
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
      // Again and again, until none is left: a process can fork between the look and the kill.
      signal_all(SIGKILL);
      return enter(Stage::killing, tick_time);
  }
}

void Supervision::signal_all(int signal) {
  for (const pid_t pid : descendants()) {
    if (::kill(pid, signal) == 0 && killed_.insert(pid).second) recorder_.log().killed(pid, signal);
  }
}

std::vector<pid_t> Supervision::descendants() const {
  const std::map<pid_t, pid_t> parent_of = parents();
  const auto is_ours = [&](pid_t pid) {
    while (others_.count(pid) == 0) {
      const auto entry = parent_of.find(pid);
      if (entry == parent_of.end()) return false;
      pid = entry->second;
      if (pid == ::getpid()) return true;
    }
    return false;
  };
  std::vector<pid_t> found;
  for (const auto& [pid, parent] : parent_of) {
    if (is_ours(pid)) found.push_back(pid);
  }
  return found;
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
