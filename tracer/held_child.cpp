// The command's process must be under its filter before its first instruction, and the tracer must be
// listening before that. Nothing of the tracer may show in the command: no descriptor, no variable, no
// blocked signal. So the process is forked and held, and it prepares itself, step by step, directed over one
// socket.
#include "held_child.hpp"

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "syscall_table.hpp"
#include "trace_error.hpp"
#include "tracee.hpp"

namespace lbundle::tracer {

const char* const self_test_path = "/lbundle-trace-self-test";

namespace {

// The messages between tracer and child. A failure is followed by its text, a failed exec by its errno.
constexpr char word_install = 'i';
constexpr char word_installed = 'I';
constexpr char word_privileged = 'P';  // installed, without no_new_privs
constexpr char word_failed = 'F';
constexpr char word_test = 't';
constexpr char word_acted = 'T';
constexpr char word_exec = 'x';
constexpr char word_exec_failed = 'E';

constexpr int own_failure = 125;

using Message = std::array<char, 512>;

ssize_t receive(int socket, Message& message, UniqueFd* fd, int flags) {
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  iovec part{message.data(), message.size()};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  header.msg_control = control.data();
  header.msg_controllen = control.size();
  ssize_t got = -1;
  do {
    got = ::recvmsg(socket, &header, flags | MSG_CMSG_CLOEXEC);
  } while (got < 0 && errno == EINTR);
  const cmsghdr* rights = got > 0 ? CMSG_FIRSTHDR(&header) : nullptr;
  if (fd != nullptr && rights != nullptr && rights->cmsg_type == SCM_RIGHTS) {
    int received = -1;
    std::memcpy(&received, CMSG_DATA(rights), sizeof received);
    fd->reset(received);
  }
  return got;
}

void send_with_fd(int socket, char word, int fd) {
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  iovec part{&word, 1};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  if (fd >= 0) {
    header.msg_control = control.data();
    header.msg_controllen = control.size();
    cmsghdr* rights = CMSG_FIRSTHDR(&header);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(sizeof fd);
    std::memcpy(CMSG_DATA(rights), &fd, sizeof fd);
  }
  // The filter lets a message with these flags pass, because nobody listens to the filter yet.
  ::sendmsg(socket, &header, static_cast<int>(own_message_flags));
}

void wait_for(int socket, char word) {
  Message message{};
  if (receive(socket, message, nullptr, 0) != 1 || message[0] != word) ::_exit(own_failure);
}

[[noreturn]] void execute(const Job& job, int socket) {
  std::vector<char*> arguments;
  for (const std::string& argument : job.command) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  ::execve(job.program.c_str(), arguments.data(), environ);
  const std::string failure = word_exec_failed + std::to_string(errno);
  ::send(socket, failure.data(), failure.size(), MSG_NOSIGNAL);
  ::_exit(own_failure);
}

void open_self_test_path() {
  ::syscall(SYS_openat, AT_FDCWD, self_test_path, O_RDONLY | O_CLOEXEC);
}

[[noreturn]] void be_child(const Job& job, const HeldChild::Install& install,
                           const std::function<void()>& known_act, int socket, pid_t tracer) {
  // A killed tracer cannot answer any more, so no process of the command may outlive it.
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != tracer) ::_exit(own_failure);
  wait_for(socket, word_install);
  try {
    const HeldChild::Installed installed = install();
    send_with_fd(socket, installed.no_new_privs ? word_installed : word_privileged, installed.listener.get());
  } catch (const TraceError& error) {
    const std::string failure = word_failed + std::string(error.what());
    ::send(socket, failure.data(), failure.size(), MSG_NOSIGNAL);
    ::_exit(own_failure);
  }
  wait_for(socket, word_test);
  known_act ? known_act() : open_self_test_path();
  ::send(socket, &word_acted, 1, MSG_NOSIGNAL);
  wait_for(socket, word_exec);
  execute(job, socket);
}

}  // namespace

HeldChild::HeldChild(const Job& job, const Install& install, const std::function<void()>& known_act) {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0)
    throw_errno("make a socket pair");
  socket_.reset(ends[0]);
  const UniqueFd theirs(ends[1]);
  const pid_t tracer = ::getpid();
  pid_ = ::fork();
  if (pid_ < 0) throw_errno("fork");
  if (pid_ > 0) return;
  socket_.reset();
  be_child(job, install, known_act, theirs.get(), tracer);
}

HeldChild::HeldChild(HeldChild&& other) noexcept
    : socket_(std::move(other.socket_)), pid_(std::exchange(other.pid_, -1)), let_go_(other.let_go_) {}

HeldChild& HeldChild::operator=(HeldChild&& other) noexcept {
  if (this != &other) {
    abandon();
    socket_ = std::move(other.socket_);
    pid_ = std::exchange(other.pid_, -1);
    let_go_ = other.let_go_;
  }
  return *this;
}

HeldChild::~HeldChild() {
  abandon();
}

void HeldChild::abandon() {
  if (pid_ <= 0 || let_go_) return;
  ::kill(pid_, SIGKILL);
  while (::waitpid(pid_, nullptr, __WALL) < 0 && errno == EINTR) {
  }
}

void HeldChild::say(char word) {
  ::send(socket_.get(), &word, 1, MSG_NOSIGNAL);
}

void HeldChild::let_install() {
  say(word_install);
}

HeldChild::Installed HeldChild::installed() {
  Message message{};
  Installed installed;
  const ssize_t got = receive(socket_.get(), message, &installed.listener, 0);
  if (got > 0 && message[0] == word_failed) {
    throw TraceError(std::string(message.data() + 1, static_cast<std::size_t>(got) - 1));
  }
  if (got <= 0) throw TraceError("start the command: its process ended before its exec");
  installed.no_new_privs = message[0] == word_installed;
  return installed;
}

void HeldChild::let_test() {
  say(word_test);
}

bool HeldChild::has_acted() {
  Message message{};
  const ssize_t got = receive(socket_.get(), message, nullptr, MSG_DONTWAIT);
  if (got == 0) throw TraceError("start the command: its process ended before its exec");
  return got == 1 && message[0] == word_acted;
}

void HeldChild::let_exec() {
  let_go_ = true;
  say(word_exec);
}

int HeldChild::exec_error() {
  Message message{};
  const ssize_t got = receive(socket_.get(), message, nullptr, MSG_DONTWAIT);
  if (got < 2 || message[0] != word_exec_failed) return 0;
  return std::stoi(std::string(message.data() + 1, static_cast<std::size_t>(got) - 1));
}

bool is_self_test(const Call& call) {
  std::string path;
  if (const int error = read_string(call.tid, call.arguments[1], path); error != 0) {
    throw TraceError("read the tracee's memory: " + error_text(error));
  }
  return path == self_test_path;
}

}  // namespace lbundle::tracer
