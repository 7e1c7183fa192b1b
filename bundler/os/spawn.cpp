#include "os/spawn.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <thread>

#include <fcntl.h>
#include <linux/keyctl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "model/error.hpp"
#include "model/text.hpp"
#include "os/fd.hpp"
#include "os/interrupt.hpp"
#include "os/kept_output.hpp"

namespace lbundle {

namespace {

using Clock = std::chrono::steady_clock;

struct Pipe {
  Fd read_end, write_end;
};

Pipe make_pipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) throw system_error("make", "a pipe", errno);
  return {Fd(ends[0]), Fd(ends[1])};
}

// What the child needs. It is made before the fork, because nothing may allocate memory after it.
struct Prepared {
  HostPath program;
  std::vector<char*> arguments, environment;
  std::vector<std::string> environment_texts;
  std::vector<std::pair<int, int>> descriptors;  // the number in the child, the number here
};

Prepared prepare(const Command& command) {
  require(!command.arguments.empty(), "a command has a program");
  Prepared ready;
  ready.program = find_program(command.arguments.front());
  if (ready.program.empty()) {
    throw Error("run", command.arguments.front(), "there is no such program in PATH",
                "install it, or correct PATH");
  }
  for (const auto& argument : command.arguments)
    ready.arguments.push_back(const_cast<char*>(argument.c_str()));
  ready.arguments.push_back(nullptr);
  if (command.environment) {
    for (const auto& [name, value] : *command.environment) {
      ready.environment_texts.push_back(format("{}={}", name, value));
    }
    for (auto& text : ready.environment_texts) ready.environment.push_back(text.data());
    ready.environment.push_back(nullptr);
  }
  ready.descriptors.assign(command.descriptors.begin(), command.descriptors.end());
  return ready;
}

// Makes `ours` available as `wanted`, without CLOEXEC.
void install_descriptor(int ours, int wanted) {
  if (ours == wanted) {
    fcntl(ours, F_SETFD, 0);
  } else {
    dup2(ours, wanted);
  }
}

[[noreturn]] void become(const Command& command, Prepared& ready, int input, int output, int error_output,
                         int report) {
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  // Where this fails, the filter of the sandbox still refuses every use of keys.
  if (command.own_keyring) syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, nullptr);
  // The process that started lbundle may have left descriptors open. The child must not get them.
  close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);
  std::signal(SIGPIPE, SIG_DFL);
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) std::signal(number, SIG_DFL);
  // First all descriptors move to high numbers, so that none overwrites another. Then each gets its number.
  static constexpr int safe_from = 200;
  const int moved_report = fcntl(report, F_DUPFD_CLOEXEC, safe_from);
  for (auto& [wanted, ours] : ready.descriptors) ours = fcntl(ours, F_DUPFD_CLOEXEC, safe_from);
  install_descriptor(input, STDIN_FILENO);
  install_descriptor(output, STDOUT_FILENO);
  install_descriptor(error_output, STDERR_FILENO);
  for (const auto& [wanted, ours] : ready.descriptors) install_descriptor(ours, wanted);
  const bool in_folder = command.folder.empty() || chdir(command.folder.c_str()) == 0;
  if (in_folder) {
    execve(ready.program.c_str(), ready.arguments.data(),
           ready.environment.empty() ? environ : ready.environment.data());
  }
  const int failure = in_folder ? errno : -errno;
  [[maybe_unused]] const auto ignored = write(moved_report, &failure, sizeof failure);
  _exit(127);
}

class Child {
 public:
  explicit Child(pid_t pid) : pid_(pid), handle_(static_cast<int>(syscall(SYS_pidfd_open, pid, 0))) {}
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    if (pid_ > 0) {
      kill_group();
      reap();
    }
  }

  // A descriptor that is readable once the child has ended.
  int handle() const { return handle_.number(); }
  // Waits at most `patience` for the child. Returns true if it has ended.
  bool await_end(std::chrono::milliseconds patience) const {
    pollfd ended{handle(), POLLIN, 0};
    return poll(&ended, 1, static_cast<int>(patience.count())) > 0;
  }
  // Asks the child to end.
  void terminate_group() const { ::kill(-pid_, SIGTERM); }
  void kill_group() const { ::kill(-pid_, SIGKILL), ::kill(pid_, SIGKILL); }
  int reap() {
    int status = 0;
    while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    // Processes of its group that it left running end with it.
    ::kill(-pid_, SIGKILL);
    pid_ = -1;
    return status;
  }

 private:
  pid_t pid_;
  Fd handle_;
};

// Reads what is available. False at the end.
bool take_output(const Fd& from, KeptOutput& into) {
  std::array<char, 65536> buffer{};
  const auto got = ::read(from.number(), buffer.data(), buffer.size());
  if (got > 0) into.add({buffer.data(), static_cast<std::size_t>(got)});
  return got > 0 || (got < 0 && (errno == EINTR || errno == EAGAIN));
}

// Reads the rest of the pipe after the child has ended, and no more. A process that the child left running
// may keep the pipe open or write forever.
void take_rest(const Fd& from, KeptOutput& into) {
  int left = 0;
  if (ioctl(from.number(), FIONREAD, &left) != 0 || left <= 0) return;
  std::string rest(static_cast<std::size_t>(left), '\0');
  const auto got = ::read(from.number(), rest.data(), rest.size());
  into.add(std::string_view(rest).substr(0, static_cast<std::size_t>(std::max<ssize_t>(0, got))));
}

// Writes as much input as fits. Closes the pipe after the last byte, or if the child closed its end.
void give_input(Fd& to, std::string_view& rest) {
  const auto written = rest.empty() ? 0 : ::write(to.number(), rest.data(), rest.size());
  if (written > 0) rest.remove_prefix(static_cast<std::size_t>(written));
  const bool refused = written < 0 && errno != EAGAIN && errno != EINTR;
  if (rest.empty() || refused) to.reset();
}

int remaining_milliseconds(const Command& command, Clock::time_point start) {
  if (!command.time_limit) return -1;
  const auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(start + *command.time_limit - Clock::now());
  return static_cast<int>(std::max<std::int64_t>(0, left.count()));
}

// Throws Interrupted if a signal came, after it gave the child time to end. The caller then kills the child.
void watch_for_interrupt(const Command& command, const Child& child) {
  if (command.despite_interrupt) return;
  try {
    check_interrupt();
  } catch (const Interrupted&) {
    if (child.await_end(command.time_to_finish) || command.time_to_end.count() == 0) throw;
    child.terminate_group();
    child.await_end(command.time_to_end);
    throw;
  }
}

// Writes the child's input and reads its output until it has ended, its time is up or a signal came.
void attend(const Command& command, Child& child, Fd input, const Fd& output, const Fd& error_output,
            Clock::time_point start, ProcessEnd& end) {
  std::string_view rest = command.input;
  fcntl(input.number(), F_SETFL, O_NONBLOCK);
  fcntl(output.number(), F_SETFL, O_NONBLOCK);
  fcntl(error_output.number(), F_SETFL, O_NONBLOCK);
  KeptOutput kept_output(command.most_output);
  KeptOutput kept_error_output(command.most_output);
  bool out_open = true;
  bool err_open = true;
  for (bool running = true; running;) {
    std::array<pollfd, 5> ready{{{child.handle(), POLLIN, 0},
                                 {command.despite_interrupt ? -1 : interrupt_fd(), POLLIN, 0},
                                 {out_open ? output.number() : -1, POLLIN, 0},
                                 {err_open ? error_output.number() : -1, POLLIN, 0},
                                 {input.is_open() ? input.number() : -1, POLLOUT, 0}}};
    const int left = remaining_milliseconds(command, start);
    if (left == 0) {
      end.timed_out = true;
      child.kill_group();
    }
    if (poll(ready.data(), ready.size(), left == 0 ? -1 : left) < 0 && errno != EINTR) {
      throw system_error("wait for", command.arguments.front(), errno);
    }
    watch_for_interrupt(command, child);
    if (ready[2].revents != 0) out_open = take_output(output, kept_output);
    if (ready[3].revents != 0) err_open = take_output(error_output, kept_error_output);
    if (ready[4].revents != 0) give_input(input, rest);
    running = ready[0].revents == 0;
  }
  if (out_open) take_rest(output, kept_output);
  if (err_open) take_rest(error_output, kept_error_output);
  end.output = kept_output.text();
  end.error_output = kept_error_output.text();
  end.left_out = kept_output.left_out() + kept_error_output.left_out();
}

}  // namespace

std::string describe(const ProcessEnd& end) {
  if (end.timed_out) return format("no end within {:.0f} s", end.seconds);
  if (end.signal_number != 0)
    return format("signal {} ({})", end.signal_number, strsignal(end.signal_number));
  return format("exit status {}", end.exit_code);
}

ProcessEnd run(const Command& command) {
  // A child may end before it has read its input. Without this, SIGPIPE would end lbundle.
  [[maybe_unused]] static const auto before = std::signal(SIGPIPE, SIG_IGN);
  if (!command.despite_interrupt) check_interrupt();
  auto ready = prepare(command);
  auto input = make_pipe();
  auto output = make_pipe();
  auto error_output = make_pipe();
  auto report = make_pipe();
  const auto start = Clock::now();
  const pid_t pid = fork();
  if (pid < 0) throw system_error("run", command.arguments.front(), errno);
  if (pid == 0) {
    become(command, ready, input.read_end.number(), output.write_end.number(),
           error_output.write_end.number(), report.write_end.number());
  }
  setpgid(pid, pid);
  Child child(pid);
  input.read_end.reset();
  output.write_end.reset();
  error_output.write_end.reset();
  report.write_end.reset();
  int failure = 0;
  if (::read(report.read_end.number(), &failure, sizeof failure) == sizeof failure) {
    if (failure < 0) throw system_error("enter", command.folder.string(), -failure);
    throw system_error("run", ready.program.string(), failure);
  }

  ProcessEnd end;
  attend(command, child, std::move(input.write_end), output.read_end, error_output.read_end, start, end);
  const int status = child.reap();
  end.seconds = std::chrono::duration<double>(Clock::now() - start).count();
  if (WIFSIGNALED(status)) end.signal_number = WTERMSIG(status);
  if (WIFEXITED(status)) end.exit_code = WEXITSTATUS(status);
  return end;
}

HostPath find_program(const std::string& name) {
  if (name.find('/') != std::string::npos) return name;
  const char* variable = std::getenv("PATH");
  std::string_view path = variable == nullptr ? "/usr/local/bin:/usr/bin:/bin" : variable;
  while (true) {
    const auto colon = path.find(':');
    auto candidate = HostPath(std::string(path.substr(0, colon))) / name;
    boost::system::error_code ignored;
    if (fs::is_regular_file(candidate, ignored) && access(candidate.c_str(), X_OK) == 0) return candidate;
    if (colon == std::string_view::npos) return {};
    path.remove_prefix(colon + 1);
  }
}

}  // namespace lbundle
