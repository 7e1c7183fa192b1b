// Why there are two processes.
//
// Processes that the command has started must not outlive the tracer, even if the tracer is killed by
// SIGKILL. Under a filter whose listener is closed, a process can do nothing any more, and whoever kills a
// run by its process group or its number expects it to be gone. The kernel's PR_SET_PDEATHSIG reaches only
// the first process. EXITKILL exists only for ptrace. A pid namespace would do, but it changes the numbers
// that the command sees, and is not allowed everywhere. After the tracer's death nothing distinguishes its
// former descendants from any other process: they belong to init.
//
// So the program that the user starts is a guardian, the tracer is its child, and the command is the tracer's
// child. Orphans of the command go to the tracer or, if that is gone, to the guardian (both set
// PR_SET_CHILD_SUBREAPER), so one of them always knows them all. The tracer leaves the session. A SIGKILL to
// the whole group kills the guardian and most of the command, but not the tracer, which ends the rest. Only
// somebody who kills both of them at the same time, by their numbers, gets past this. Even then the first
// process ends.
#include "guardian.hpp"

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <set>
#include <string>

#include <dirent.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "process_tree.hpp"
#include "supervision.hpp"
#include "trace_error.hpp"
#include "tracee.hpp"
#include "unique_fd.hpp"

namespace lbundle::tracer {

const int guardian_is_gone = SIGIO;  // ends a tracer that has no handler for it yet

namespace {

pid_t guardian = -1;
std::atomic<pid_t> guarded = 0;

// Passes a signal on to the tracer. A signal from the terminal (SI_KERNEL) is not passed on, because the
// terminal sends it to the command as well. The value says who sent the signal.
void pass_to_tracer(int signal, siginfo_t* info, void* /*context*/) {
  const int saved = errno;
  const pid_t pid = guarded;
  sigval sender{};
  sender.sival_int = info->si_pid;
  if (pid > 0 && info->si_code != SI_KERNEL) ::sigqueue(pid, signal, sender);
  errno = saved;
}

void take_signals() {
  struct sigaction action {};
  action.sa_flags = SA_SIGINFO | SA_RESTART;
  action.sa_sigaction = &pass_to_tracer;
  for (const int signal : passed_on) {
    struct sigaction before {};
    ::sigaction(signal, nullptr, &before);
    if (before.sa_handler != SIG_IGN) ::sigaction(signal, &action, nullptr);
  }
  std::signal(SIGCHLD, SIG_DFL);  // if it were ignored, exit statuses would be lost
}

[[noreturn]] void be_tracer(const std::function<int()>& trace, int report) {
  ::prctl(PR_SET_PDEATHSIG, guardian_is_gone);
  if (!is_guarded()) ::_exit(1);
  const int status = trace();
  const ssize_t written = ::write(report, &status, sizeof status);
  ::_exit(written == sizeof status ? 0 : 1);
}

// Descriptors that the tracer opens itself close at an exec; those that it was given do not.
bool is_inherited(int fd) {
  const int flags = ::fcntl(fd, F_GETFD);
  return flags >= 0 && (flags & FD_CLOEXEC) == 0;
}

// Whoever waits for the end of the command's output must not wait for the guardian.
void close_descriptors() {
  UniqueFd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO}) {
    if (null && is_inherited(stream)) ::dup2(null.get(), stream);
  }
  const int fd = ::openat(proc_fd(), "self/fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const std::unique_ptr<DIR, int (*)(DIR*)> listing(fd < 0 ? nullptr : ::fdopendir(fd), &::closedir);
  if (!listing) return;
  std::set<int> inherited;
  while (const dirent* entry = ::readdir(listing.get())) {
    const int open = std::atoi(entry->d_name);
    if (open > STDERR_FILENO && is_inherited(open)) inherited.insert(open);
  }
  for (const int open : inherited) ::close(open);
}

int wait_for(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, __WALL) < 0 && errno == EINTR) {
  }
  return status;
}

// Repeats until no process is left, because a process can fork between the look and the kill.
void end_all_but(const std::set<pid_t>& others) {
  for (std::vector<pid_t> left; left = descendants(others), !left.empty(); nap()) {
    for (const pid_t pid : left) ::kill(pid, SIGKILL);
    while (::waitpid(-1, nullptr, WNOHANG | __WALL) > 0) {
    }
  }
}

bool is_passed_on(int signal) {
  for (const int one : passed_on) {
    if (one == signal) return true;
  }
  return false;
}

// In a container the tracer is process 1. Threads of the program that started the container (runc is written
// in Go) took the next numbers, and how many they took changes from run to run. So that a function has the
// same process numbers in each run, this uses up all numbers below `first_number`.
void use_up_numbers() {
  constexpr pid_t first_number = 64;
  if (::getpid() != 1) return;
  for (pid_t last = 0; last < first_number - 1;) {
    last = ::fork();
    if (last == 0) ::_exit(0);
    if (last < 0) throw_errno("fork");
    while (::waitpid(last, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
}

}  // namespace

int guard(const std::function<int()>& trace) {
  use_up_numbers();
  guardian = ::getpid();
  const std::set<pid_t> others = children();
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0) throw_errno("make a pipe");
  const UniqueFd report(ends[0]);
  UniqueFd theirs(ends[1]);
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  const pid_t tracer = ::fork();
  if (tracer < 0) throw_errno("fork");
  if (tracer == 0) be_tracer(trace, theirs.get());
  theirs.reset();
  guarded = tracer;
  take_signals();
  close_descriptors();
  const int ended = wait_for(tracer);
  guarded = 0;
  int status = 0;
  if (::read(report.get(), &status, sizeof status) == sizeof status) return status;
  end_all_but(others);
  // The user sent this signal before the tracer was able to pass it on.
  if (WIFSIGNALED(ended) && is_passed_on(WTERMSIG(ended))) return ended;
  throw TraceError("trace to the end: the tracing process was killed");
}

bool is_guarded() {
  return ::getppid() == guardian;
}

void leave_session() {
  ::setsid();
  close_descriptors();
}

}  // namespace lbundle::tracer
