// Tracing by fanotify.
//
// The kernel reports each file that is opened on a mount, with the process that opened it. It does not wait
// for an answer, so the tracee is hardly slowed down. What is not opened is not seen: no stat, no missing
// name, no link.
//
// fanotify marks a mount for everybody who uses it. When an event is read, its process may already be gone,
// so nobody could say whether it was one of ours. Therefore the command gets a mount namespace of its own, a
// copy of the tracer's, and the mounts of that copy are marked: nobody else can use them. For the same
// reason, the whole file system is not marked. The cost: mounts that the command makes do not spread to the
// outside, and what it opens in another mount namespace that it makes itself is not seen.
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <sstream>
#include <string>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/fanotify.h>
#include <sys/mount.h>
#include <sys/syscall.h>

#include "held_child.hpp"
#include "method.hpp"
#include "supervision.hpp"
#include "trace_error.hpp"
#include "tracee.hpp"

namespace lbundle::tracer {
namespace {

constexpr int self_test_patience_ms = 5000;
constexpr std::uint64_t opens = FAN_OPEN | FAN_OPEN_EXEC | FAN_CLOSE_WRITE | FAN_ONDIR;

bool is_below(const std::string& path, const std::string& directory) {
  return directory == "/" || path == directory || path.starts_with(directory + '/');
}

// True if some root is on this mount, or the mount is below some root.
bool is_of_use(const std::string& mount_point, const std::vector<std::string>& roots) {
  return roots.empty() || std::any_of(roots.begin(), roots.end(), [&](const std::string& root) {
           return is_below(root, mount_point) || is_below(mount_point, root);
         });
}

// Opening a device to report it can have effects of its own, and what is in /proc is not a file of a tree.
bool is_pseudo_file_system(const std::string& type) {
  static constexpr std::array pseudo = {"proc",        "sysfs",     "devtmpfs", "devpts",     "cgroup",
                                        "cgroup2",     "debugfs",   "tracefs",  "mqueue",     "bpf",
                                        "securityfs",  "pstore",    "configfs", "autofs",     "fusectl",
                                        "binfmt_misc", "hugetlbfs", "efivarfs", "rpc_pipefs", "nsfs"};
  return std::find(pseudo.begin(), pseudo.end(), type) != pseudo.end();
}

// Decodes a mount point of /proc/PID/mountinfo (proc(5)), where blanks are written in octal.
std::string unescape(const std::string& text) {
  std::string plain;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool octal = text[at] == '\\' && at + 3 < text.size();
    plain += octal ? static_cast<char>(std::stoi(text.substr(at + 1, 3), nullptr, 8)) : text[at];
    if (octal) at += 3;
  }
  return plain;
}

std::vector<std::string> mount_points(pid_t pid, const std::vector<std::string>& roots) {
  std::vector<std::string> points;
  std::istringstream lines(read_proc_file(std::to_string(pid) + "/mountinfo"));
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string word;
    std::string point;
    for (int i = 0; i < 5 && words >> word; ++i) point = word;
    while (words >> word && word != "-") {
    }
    words >> word;
    point = unescape(point);
    if (!is_pseudo_file_system(word) && is_of_use(point, roots)) points.push_back(point);
  }
  return points;
}

class Fanotify : public Method {
 public:
  void attach(const Job& job) override {
    job_ = &job;
    events_.reset(::fanotify_init(FAN_CLASS_NOTIF | FAN_CLOEXEC | FAN_NONBLOCK | FAN_UNLIMITED_QUEUE,
                                  O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOATIME));
    if (!events_) throw_errno("watch opens with fanotify");
    const std::string known = job.roots.empty() ? "/" : job.roots.front();
    child_ = HeldChild(
        job,
        [] {
          if (::unshare(CLONE_NEWNS) != 0) throw_errno("make a mount namespace");
          if (::mount(nullptr, "/", nullptr, MS_REC | MS_SLAVE, nullptr) != 0)
            throw_errno("set the mounts apart");
          return HeldChild::Installed{};
        },
        [known] { ::syscall(SYS_openat, AT_FDCWD, known.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); });
    child_.let_install();
    child_.installed();
    mark_mounts();
    test_with_known_open();
  }

  Outcome run(Recorder& recorder) override {
    Supervision supervision(child_.pid(), *job_, recorder);
    recorder.inherited(child_.pid());
    const UniqueFd first(static_cast<int>(::syscall(SYS_pidfd_open, child_.pid(), 0)));
    child_.let_exec();
    while (!supervision.finished()) {
      std::array<pollfd, 2> waiting{
          {{events_.get(), POLLIN, 0}, {supervision.first_has_ended() ? -1 : first.get(), POLLIN, 0}}};
      ::poll(waiting.data(), waiting.size(), -1);
      supervision.tick();
      drain(recorder);
      supervision.reap();
      if (waiting[1].revents != 0 && !supervision.first_has_ended()) nap();
    }
    drain(recorder);
    if (const int error = child_.exec_error(); error != 0) {
      throw TraceError("run '" + job_->program + "': " + error_text(error));
    }
    return supervision.outcome();
  }

  std::string remark() const override {
    return "only opens are seen, on " + std::to_string(marked_) + " mounts";
  }

 private:
  // The mounts are those of the child's namespace, which is reached through its root directory. Later mounts
  // cover earlier ones at the same place. Covered mounts cannot be marked, and nothing is lost by that.
  void mark_mounts() {
    const UniqueFd root(
        ::openat(proc_fd(), (std::to_string(child_.pid()) + "/root").c_str(), O_PATH | O_CLOEXEC));
    int error = ENOENT;
    for (const std::string& point : mount_points(child_.pid(), job_->roots)) {
      const std::string below_root = "." + point;
      if (::fanotify_mark(events_.get(), FAN_MARK_ADD | FAN_MARK_MOUNT, opens, root.get(),
                          below_root.c_str()) == 0) {
        ++marked_;
      } else {
        error = errno;
      }
    }
    if (marked_ == 0) throw TraceError("watch any mount with fanotify: " + error_text(error));
  }

  void test_with_known_open() {
    child_.let_test();
    pollfd event{events_.get(), POLLIN, 0};
    if (::poll(&event, 1, self_test_patience_ms) <= 0) throw TraceError("see a known open: nothing arrived");
    pollfd said{child_.socket(), POLLIN, 0};
    if (::poll(&said, 1, self_test_patience_ms) <= 0 || !child_.has_acted()) {
      throw TraceError("see a known open: the command's process does not answer");
    }
    drop_known_open();
  }

  void drop_known_open() {
    read_events([](const fanotify_event_metadata&) {});
  }

  template <typename Take>
  void read_events(const Take& take) {
    alignas(fanotify_event_metadata) std::array<char, 16384> buffer;
    for (ssize_t n = 0; (n = ::read(events_.get(), buffer.data(), buffer.size())) > 0;) {
      auto left = static_cast<std::size_t>(n);
      auto* event = reinterpret_cast<fanotify_event_metadata*>(buffer.data());
      for (; FAN_EVENT_OK(event, left); event = FAN_EVENT_NEXT(event, left)) {
        const UniqueFd file(event->fd);
        take(*event);
      }
    }
  }

  void drain(Recorder& recorder) {
    read_events([&](const fanotify_event_metadata& event) { record(event, recorder); });
  }

  void record(const fanotify_event_metadata& event, Recorder& recorder) {
    if ((event.mask & FAN_Q_OVERFLOW) != 0)
      return recorder.log().note("events were lost: the queue overflowed");
    if (event.pid == ::getpid() || event.fd < 0) return;
    View view;
    view.root_prefix = "/";
    std::string path;
    if (!path_of_fd(view, event.fd, path)) return;
    if ((event.mask & FAN_OPEN_EXEC) != 0) recorder.found(event.pid, Kind::executed, path);
    if ((event.mask & FAN_OPEN) != 0) recorder.found(event.pid, Kind::opened, path);
    if ((event.mask & FAN_CLOSE_WRITE) != 0) recorder.found(event.pid, Kind::written, path);
  }

  const Job* job_ = nullptr;
  UniqueFd events_;
  HeldChild child_;
  int marked_ = 0;
};

}  // namespace

std::unique_ptr<Method> make_fanotify() {
  return std::make_unique<Fanotify>();
}

}  // namespace lbundle::tracer
