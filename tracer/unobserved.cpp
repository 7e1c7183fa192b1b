// No tracing at all: the command runs under the same processes as a traced one, and nothing is recorded.
//
// Whoever compares a traced run with one that is not traced must run both in the same surroundings. The
// command sees the guardian and the tracer in /proc, their numbers come before its own, its orphans become
// children of the tracer, and they have a second to end. With this method all of that is the same.
#include <array>
#include <cerrno>

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "held_child.hpp"
#include "method.hpp"
#include "supervision.hpp"
#include "trace_error.hpp"

namespace lbundle::tracer {
namespace {

class Unobserved : public Method {
 public:
  void attach(const Job& job) override {
    job_ = &job;
    child_ = HeldChild(
        job, [] { return HeldChild::Installed{}; }, [] {});
    child_.let_install();
    child_.installed();
    child_.let_test();
    pollfd said{child_.socket(), POLLIN, 0};
    while (::poll(&said, 1, -1) < 0 && errno == EINTR) {
    }
    child_.has_acted();
  }

  Outcome run(Recorder& recorder) override {
    Supervision supervision(child_.pid(), *job_, recorder);
    const UniqueFd first(static_cast<int>(::syscall(SYS_pidfd_open, child_.pid(), 0)));
    child_.let_exec();
    while (!supervision.finished()) {
      pollfd ended{supervision.first_has_ended() ? -1 : first.get(), POLLIN, 0};
      ::poll(&ended, 1, -1);
      supervision.tick();
      supervision.reap();
      if (ended.revents != 0 && !supervision.first_has_ended()) nap();
    }
    if (const int error = child_.exec_error(); error != 0) {
      throw TraceError("run '" + job_->program + "': " + error_text(error));
    }
    return supervision.outcome();
  }

 private:
  const Job* job_ = nullptr;
  HeldChild child_;
};

}  // namespace

std::unique_ptr<Method> make_unobserved() {
  return std::make_unique<Unobserved>();
}

}  // namespace lbundle::tracer
