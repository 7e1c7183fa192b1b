// Tracing by seccomp user notification.
//
// The filter stops each call that carries a path. The kernel hands the call to the listener; the tracer looks
// at it and answers "continue". No process is ptraced, so a program that uses ptrace itself, or checks
// whether it is being debugged, runs as usual. The costs are one stop and one answer for each call. On Linux
// 6.6 and later the kernel can wake the other side on the same processor, which halves the delay
// (SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP).
//
// What is read from the tracee is only looked at; no decision rests on it. So the well-known race of
// "continue" (another thread changes the string after it was read) can at worst make a record differ from
// what was opened; it is not a security problem. After the reading, NOTIF_ID_VALID says whether the thread
// was still the one that stopped.
//
// If the listener is closed while a filtered process lives, the calls of that process fail with ENOSYS. So
// the tracer serves until the last process has ended, and Supervision makes sure that this happens.
#include <array>
#include <cerrno>
#include <cstddef>
#include <map>
#include <vector>

#include <linux/audit.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>

#include "held_child.hpp"
#include "method.hpp"
#include "seccomp_filter.hpp"
#include "supervision.hpp"
#include "trace_error.hpp"

namespace lbundle::tracer {
namespace {

// Linux 6.6, linux/seccomp.h; Debian 12's headers do not have them.
constexpr unsigned long ioctl_set_flags = _IOW('!', 4, std::uint64_t);
constexpr std::uint64_t sync_wake_up = 1;

constexpr int self_test_patience_ms = 5000;

// The kernel's structures may be longer than those of the headers that this was built with.
template <typename Struct>
class Sized {
 public:
  explicit Sized(std::size_t size) : words_((std::max(size, sizeof(Struct)) + 7) / 8) {}
  Struct* get() { return reinterpret_cast<Struct*>(words_.data()); }
  void clear() { std::fill(words_.begin(), words_.end(), 0); }

 private:
  std::vector<std::uint64_t> words_;
};

seccomp_notif_sizes kernel_sizes() {
  seccomp_notif_sizes sizes{};
  if (::syscall(SYS_seccomp, SECCOMP_GET_NOTIF_SIZES, 0, &sizes) != 0)
    throw_errno("use seccomp user notification");
  return sizes;
}

Call call_of(const seccomp_notif& notification) {
  Call call;
  call.tid = static_cast<pid_t>(notification.pid);
  call.audit_arch = notification.data.arch;
  call.number = notification.data.nr;
  std::copy(std::begin(notification.data.args), std::end(notification.data.args), call.arguments.begin());
  return call;
}

class Notify : public Method {
 public:
  Notify() : Notify(kernel_sizes()) {}

  void attach(const Job& job) override {
    job_ = &job;
    child_ = HeldChild(job, [] {
      HeldChild::Installed installed;
      installed.listener = install_filter(build_filter(SECCOMP_RET_USER_NOTIF), true, installed.no_new_privs);
      return installed;
    });
    child_.let_install();
    HeldChild::Installed installed = child_.installed();
    listener_ = std::move(installed.listener);
    no_new_privs_ = installed.no_new_privs;
    if (!listener_) throw TraceError("receive the notification descriptor");
    synchronous_ = ::ioctl(listener_.get(), ioctl_set_flags, sync_wake_up) == 0;
    test_with_known_open();
  }

  Outcome run(Recorder& recorder) override {
    make_exit_watch();
    recorder.on_new_process([this](pid_t pid) { watch_exit(pid); });
    Supervision supervision(child_.pid(), *job_, recorder);
    recorder.inherited(child_.pid());
    child_.let_exec();
    while (!supervision.finished()) serve(recorder, supervision);
    if (const int error = child_.exec_error(); error != 0) {
      throw TraceError("run '" + job_->program + "': " + error_text(error));
    }
    return supervision.outcome();
  }

  bool no_new_privs() const override { return no_new_privs_; }
  std::string remark() const override {
    return synchronous_ ? "synchronous wake-up" : "no synchronous wake-up";
  }

 private:
  explicit Notify(const seccomp_notif_sizes& sizes)
      : notification_(sizes.seccomp_notif), response_(sizes.seccomp_notif_resp) {}

  bool receive() {
    notification_.clear();
    return ::ioctl(listener_.get(), SECCOMP_IOCTL_NOTIF_RECV, notification_.get()) == 0;
  }

  bool is_valid() {
    return ::ioctl(listener_.get(), SECCOMP_IOCTL_NOTIF_ID_VALID, &notification_.get()->id) == 0;
  }

  // Sends the answer. A target that was killed in the meantime does not need it, so ENOENT is no error.
  void answer(bool refuse) {
    response_.clear();
    seccomp_notif_resp& response = *response_.get();
    response.id = notification_.get()->id;
    response.error = refuse ? -ENOSYS : 0;
    response.flags = refuse ? 0U : static_cast<unsigned>(SECCOMP_USER_NOTIF_FLAG_CONTINUE);
    ::ioctl(listener_.get(), SECCOMP_IOCTL_NOTIF_SEND, &response);
  }

  void test_with_known_open() {
    child_.let_test();
    std::array<pollfd, 2> waiting{{{listener_.get(), POLLIN, 0}, {child_.socket(), POLLIN, 0}}};
    if (::poll(waiting.data(), waiting.size(), self_test_patience_ms) <= 0) {
      throw TraceError("see a known open: nothing arrived");
    }
    if ((waiting[0].revents & POLLIN) == 0) {
      throw TraceError("see a known open: it went past the filter (another filter outranks it)");
    }
    if (!receive() || !is_self_test(call_of(*notification_.get()))) {
      throw TraceError("see a known open: something else was seen");
    }
    answer(false);
    pollfd said{child_.socket(), POLLIN, 0};
    if (::poll(&said, 1, self_test_patience_ms) <= 0 || !child_.has_acted()) {
      throw TraceError("let a known open go on: the kernel did not resume it (before Linux 5.5)");
    }
  }

  void make_exit_watch() {
    exits_.reset(::epoll_create1(EPOLL_CLOEXEC));
    if (!exits_) throw_errno("make an epoll descriptor");
    watch_exit(child_.pid());
  }

  // A pidfd becomes readable when its process ends. All of them are waited for through one epoll descriptor.
  void watch_exit(pid_t pid) {
    if (pidfds_.count(pid) != 0) return;
    UniqueFd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    if (!pidfd) return;
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = pid;
    ::epoll_ctl(exits_.get(), EPOLL_CTL_ADD, pidfd.get(), &event);
    pidfds_[pid] = std::move(pidfd);
  }

  void take_exits(Recorder& recorder, Supervision& supervision) {
    supervision.reap();
    std::array<epoll_event, 16> events{};
    const int count = ::epoll_wait(exits_.get(), events.data(), static_cast<int>(events.size()), 0);
    for (int i = 0; i < count; ++i) {
      const pid_t pid = events[static_cast<std::size_t>(i)].data.fd;
      if (pid == child_.pid() && !supervision.first_has_ended()) {
        nap();  // it is still watched, so it will be reported again
        continue;
      }
      recorder.exited(pid, -1);  // does nothing for processes that were already reaped
      pidfds_.erase(pid);
    }
  }

  // Exits come first, because the number of an ended process may be given to another one.
  void serve(Recorder& recorder, Supervision& supervision) {
    std::array<pollfd, 2> waiting{
        {{exits_.get(), POLLIN, 0}, {listening_ ? listener_.get() : -1, POLLIN, 0}}};
    const int ready = ::poll(waiting.data(), waiting.size(), -1);
    supervision.tick();
    if (ready < 0) return supervision.reap();
    if (waiting[0].revents != 0) take_exits(recorder, supervision);
    if ((waiting[1].revents & POLLIN) != 0) {
      answer_next(recorder);
    } else if (waiting[1].revents != 0) {
      listening_ = false;  // no process under the filter is left
    }
  }

  void answer_next(Recorder& recorder) {
    if (!receive()) return;
    const Observation seen = recorder.observe(call_of(*notification_.get()));
    // An fstat asks nothing about a path, and there are many of them.
    if (seen.has_news() && is_valid()) recorder.commit(seen);
    answer(seen.refuse);
  }

  const Job* job_ = nullptr;
  HeldChild child_;
  UniqueFd listener_;
  bool listening_ = true;
  Sized<seccomp_notif> notification_;
  Sized<seccomp_notif_resp> response_;
  bool no_new_privs_ = false;
  bool synchronous_ = false;
  UniqueFd exits_;
  std::map<pid_t, UniqueFd> pidfds_;
};

}  // namespace

std::unique_ptr<Method> make_notify() {
  return std::make_unique<Notify>();
}

}  // namespace lbundle::tracer
