#include "os/interrupt.hpp"

#include <array>
#include <csignal>

#include <fcntl.h>
#include <unistd.h>

#include "model/error.hpp"

namespace lbundle {

namespace {

volatile std::sig_atomic_t caught_signal = 0;
std::array<int, 2> wake_pipe = {-1, -1};

void on_signal(int number) {
  if (caught_signal != 0) {
    // This is the second signal, so the user does not want to wait for the cleanup.
    std::signal(number, SIG_DFL);
    raise(number);
    return;
  }
  caught_signal = number;
  const char byte = 1;
  [[maybe_unused]] const auto ignored = ::write(wake_pipe[1], &byte, 1);
}

}  // namespace

void catch_interrupts() {
  if (wake_pipe[0] < 0 && pipe2(wake_pipe.data(), O_CLOEXEC | O_NONBLOCK) != 0) {
    throw BrokenAssumption("a pipe can be made");
  }
  struct sigaction action {};
  action.sa_handler = on_signal;
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    // nohup and background shells set some of these signals to be ignored on purpose.
    struct sigaction before {};
    sigaction(number, nullptr, &before);
    if (before.sa_handler != SIG_IGN) sigaction(number, &action, nullptr);
  }
  std::signal(SIGPIPE, SIG_IGN);
}

void check_interrupt() {
  if (caught_signal != 0) throw Interrupted{caught_signal};
}

int interrupt_fd() {
  return wake_pipe[0];
}

}  // namespace lbundle
