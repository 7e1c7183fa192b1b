// The problem: a library that parses files may read outside of them, and a crash would end the whole build.
//
// The idea: a fork, without exec. The input is in memory already, so nothing has to be passed to the child;
// the answer comes back through a pipe. glibc makes malloc usable in the child of a process with threads.
//
// Rejected: a program of its own, which would have to be found on disk, by tests as well; to catch SIGSEGV,
// which leaves locks and memory in an unknown state.
#include "os/isolated.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <new>
#include <optional>

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "model/error.hpp"
#include "model/text.hpp"
#include "os/fd.hpp"
#include "os/interrupt.hpp"
#include "os/spawn.hpp"

namespace lbundle {

namespace {

// How the child ends if its work threw, and if that was for lack of memory.
constexpr int work_threw = 1;
constexpr int memory_ended = 2;

void limit(decltype(RLIMIT_CPU) resource, std::uint64_t value, std::uint64_t hard_value) {
  const rlimit both{value, hard_value};
  setrlimit(resource, &both);
}

// The size of this process's address space, in bytes; 0 if it is not known.
std::uint64_t address_space() {
  const int file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  std::array<char, 64> text{};
  const auto size = read(file, text.data(), text.size() - 1);
  close(file);
  if (size <= 0) return 0;
  return std::stoull(text.data()) * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

void confine_child(int answer, const IsolatedLimits& limits) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const auto number = static_cast<unsigned>(answer);
  if (number > 0) close_range(0, number - 1, 0);
  close_range(number + 1, ~0U, 0);
  limit(RLIMIT_CORE, 0, 0);
  // SIGXCPU at the first value. At the second the system sends SIGKILL, which would look like a lack of
  // memory.
  const auto seconds = static_cast<std::uint64_t>(limits.processor_time.count());
  limit(RLIMIT_CPU, seconds, seconds + 5);
#ifndef __SANITIZE_ADDRESS__
  if (const auto used = address_space(); used != 0) {
    limit(RLIMIT_AS, used + limits.memory, used + limits.memory);
  }
#endif
}

bool write_text(int answer, std::string_view text) {
  while (!text.empty()) {
    const auto written = write(answer, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

[[noreturn]] void be_the_child(int answer, const std::function<std::string()>& work,
                               const IsolatedLimits& limits) {
  int status = 0;
  try {
    confine_child(answer, limits);
    if (!write_text(answer, work())) status = work_threw;
  } catch (const std::bad_alloc& failure) {
    write_text(answer, failure.what());
    status = memory_ended;
  } catch (const std::exception& failure) {
    write_text(answer, failure.what());
    status = work_threw;
  } catch (...) {
    write_text(answer, "an unknown exception");
    status = work_threw;
  }
  _exit(status);
}

using Clock = std::chrono::steady_clock;

// Reads until the other end is closed. Nothing if `deadline` passes, or the user interrupts the program.
std::optional<std::string> read_to_end(const Fd& answer, Clock::time_point deadline) {
  std::string text;
  std::array<char, 4096> part{};
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    std::array<pollfd, 2> waiting{{{answer.number(), POLLIN, 0}, {interrupt_fd(), POLLIN, 0}}};
    const int ready =
        left.count() <= 0 ? 0 : poll(waiting.data(), waiting.size(), static_cast<int>(left.count()));
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0 || waiting[1].revents != 0) return std::nullopt;
    const auto size = read(answer.number(), part.data(), part.size());
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return text;
    text.append(part.data(), static_cast<std::size_t>(size));
  }
}

int wait_for(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) throw system_error("wait for", "a child process", errno);
  }
  return status;
}

}  // namespace

IsolatedEnd run_isolated(const std::function<std::string()>& work, const IsolatedLimits& limits) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) throw system_error("make", "a pipe", errno);
  const Fd reading(ends[0]);
  Fd writing(ends[1]);
  const auto deadline = Clock::now() + 10 * limits.processor_time;
  const pid_t child = fork();
  if (child < 0) throw system_error("start", "a child process", errno);
  if (child == 0) be_the_child(writing.number(), work, limits);
  writing.reset();
  auto text = read_to_end(reading, deadline);
  if (!text) kill(child, SIGKILL);
  const int status = wait_for(child);
  if (!text) {
    check_interrupt();
    return {{}, format("no answer within {} s", 10 * limits.processor_time.count()), true};
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {std::move(*text), {}, false};
  const bool no_memory = WIFEXITED(status) && WEXITSTATUS(status) == memory_ended;
  if (no_memory || (WIFEXITED(status) && WEXITSTATUS(status) == work_threw && !text->empty()))
    return {{}, std::move(*text), no_memory};
  ProcessEnd end;
  end.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
  end.signal_number = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  if (end.signal_number == SIGKILL) {
    throw Error("finish", "a child process", "the system killed it",
                "this happens when memory runs out: build with fewer --jobs");
  }
  return {{}, describe(end), end.signal_number == SIGXCPU};
}

}  // namespace lbundle
