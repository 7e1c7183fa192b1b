// Tracing by access times, the classic method.
//
// The trees get a mount of their own that updates access times strictly (a relatime mount, the default
// everywhere, would show one file of hundreds). It is made in a mount namespace that only the command uses.
// Every time is noted before the run and compared after it. This slows nothing down. But a file that is
// opened and not read leaves no trace; nor does a stat or a missing name. It is also unknown which process
// made an access: all of them are attributed to the first one.
//
// Where the kernel allows a mount's options to be chosen, the mount is a second one of the same tree, so what
// the command writes stays where it belongs. The kernel does not allow it in an unprivileged user namespace,
// nor if the file system itself was mounted without access times. Then a copy of the tree in memory takes the
// tree's place, and what the command writes into it is lost when the copy goes.
//
// This method serves to cross-check the others; `auto` tries it last.
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>

#include "held_child.hpp"
#include "method.hpp"
#include "supervision.hpp"
#include "trace_error.hpp"
#include "tracee.hpp"

namespace lbundle::tracer {
namespace {

constexpr int self_test_patience_ms = 5000;
// The kernel's coarse clock, which gives files their times, advances at least every 10 ms (CONFIG_HZ=100).
constexpr timespec clock_step{0, 20'000'000};

bool is_same(const timespec& a, const timespec& b) {
  return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

using Visit =
    std::function<void(int directory, const std::string& name, const std::string& path, const struct stat&)>;

// Visits everything below an open directory, each directory before its content.
void visit_tree(int directory, const std::string& path, const Visit& visit) {
  const int fd = ::openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOATIME);
  const std::unique_ptr<DIR, int (*)(DIR*)> listing(fd < 0 ? nullptr : ::fdopendir(fd), &::closedir);
  if (!listing) return;
  while (const dirent* entry = ::readdir(listing.get())) {
    const std::string name = entry->d_name;
    struct stat status {};
    if (name == "." || name == ".." || ::fstatat(fd, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0)
      continue;
    std::string below = path;
    if (below != "/") below += '/';
    below += name;
    visit(fd, name, below, status);
    if (!S_ISDIR(status.st_mode)) continue;
    const UniqueFd next(::openat(fd, name.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (next) visit_tree(next.get(), below, visit);
  }
}

void copy_file(int from, int to, const std::string& name, const struct stat& status) {
  const UniqueFd source(::openat(from, name.c_str(), O_RDONLY | O_CLOEXEC));
  const UniqueFd target(
      ::openat(to, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, status.st_mode & 07777));
  if (!source || !target) throw_errno("copy '" + name + "'");
  ssize_t copied = 0;
  do {
    copied = ::sendfile(target.get(), source.get(), nullptr, 1U << 30);
  } while (copied > 0);
  if (copied < 0) throw_errno("copy '" + name + "'");
}

// Copies the content of a directory: files, links and directories, with modes and times. Devices and sockets
// are left out.
void copy_tree(int from, int to) {
  const std::unique_ptr<DIR, int (*)(DIR*)> listing(::fdopendir(::fcntl(from, F_DUPFD_CLOEXEC, 0)),
                                                    &::closedir);
  if (!listing) throw_errno("list a directory");
  while (const dirent* entry = ::readdir(listing.get())) {
    const std::string name = entry->d_name;
    struct stat status {};
    if (name == "." || name == ".." || ::fstatat(from, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0)
      continue;
    if (S_ISREG(status.st_mode)) copy_file(from, to, name, status);
    std::string text;
    if (S_ISLNK(status.st_mode) && read_link_text(from, name.c_str(), text))
      ::symlinkat(text.c_str(), to, name.c_str());
    if (S_ISDIR(status.st_mode)) {
      ::mkdirat(to, name.c_str(), 0700);
      const UniqueFd source(::openat(from, name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
      const UniqueFd target(::openat(to, name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
      if (!source || !target) throw_errno("copy '" + name + "'");
      copy_tree(source.get(), target.get());
      ::fchmod(target.get(), status.st_mode & 07777);
    }
    const std::array<timespec, 2> times{status.st_atim, status.st_mtim};
    ::utimensat(to, name.c_str(), times.data(), AT_SYMLINK_NOFOLLOW);
  }
}

void write_proc(const std::string& name, const std::string& text) {
  const UniqueFd fd(::openat(proc_fd(), name.c_str(), O_WRONLY | O_CLOEXEC));
  if (!fd || ::write(fd.get(), text.data(), text.size()) < 0) throw_errno("set up a user namespace");
}

// Enters a new mount namespace. Without the right to make one, it is made inside a user namespace with the
// same ids.
void set_apart() {
  const uid_t uid = ::geteuid();
  const gid_t gid = ::getegid();
  if (::unshare(CLONE_NEWNS) != 0) {
    if (::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) throw_errno("make a mount namespace");
    write_proc("self/setgroups", "deny");
    write_proc("self/uid_map", std::to_string(uid) + ' ' + std::to_string(uid) + " 1");
    write_proc("self/gid_map", std::to_string(gid) + ' ' + std::to_string(gid) + " 1");
  }
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_SLAVE, nullptr) != 0) throw_errno("set the mounts apart");
}

bool keeps_access_times(const std::string& root) {
  struct stat before {};
  struct stat after {};
  const UniqueFd fd(::open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd || ::fstat(fd.get(), &before) != 0) return false;
  ::nanosleep(&clock_step, nullptr);
  std::array<char, 4096> names{};
  ::syscall(SYS_getdents64, fd.get(), names.data(), names.size());
  return ::fstat(fd.get(), &after) == 0 && !is_same(before.st_atim, after.st_atim);
}

// Makes a second mount of the tree, with access times. Returns false if that is not possible.
bool mount_again(const std::string& root) {
  if (::mount(root.c_str(), root.c_str(), nullptr, MS_BIND, nullptr) != 0) return false;
  if (::mount(nullptr, root.c_str(), nullptr, MS_REMOUNT | MS_BIND | MS_STRICTATIME, nullptr) == 0 &&
      keeps_access_times(root)) {
    return true;
  }
  ::umount2(root.c_str(), MNT_DETACH);
  return false;
}

void mount_copy(const std::string& root) {
  const UniqueFd from(::open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!from) throw_errno("read '" + root + "'");
  struct stat status {};
  ::fstat(from.get(), &status);
  if (::mount("lbundle", root.c_str(), "tmpfs", MS_STRICTATIME, nullptr) != 0) {
    throw_errno("mount a copy of '" + root + "'");
  }
  const UniqueFd to(::open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!to) throw_errno("read the copy of '" + root + "'");
  copy_tree(from.get(), to.get());
  ::fchmod(to.get(), status.st_mode & 07777);
  if (!keeps_access_times(root)) throw TraceError("keep access times in a copy of '" + root + "'");
}

void mount_trees(const std::vector<std::string>& roots) {
  std::array<char, PATH_MAX> here{};
  const bool known = ::getcwd(here.data(), here.size()) != nullptr;
  for (const std::string& root : roots) {
    if (!mount_again(root)) mount_copy(root);
  }
  // A working directory inside a tree still belongs to the mount below.
  if (known && ::chdir(here.data()) != 0) throw_errno("enter '" + std::string(here.data()) + "' again");
}

void list_directory(const std::string& path) {
  const std::unique_ptr<DIR, int (*)(DIR*)> listing(::opendir(path.c_str()), &::closedir);
  while (listing && ::readdir(listing.get()) != nullptr) {
  }
}

class Atime : public Method {
 public:
  void attach(const Job& job) override {
    if (job.roots.empty()) throw TraceError("compare access times: no --root names a tree");
    job_ = &job;
    std::vector<std::string> roots;
    for (const std::string& root : job.roots) {
      if (is_real(root)) roots.push_back(root);
    }
    if (roots.empty()) throw TraceError("compare access times: '" + job.roots.front() + "' is not there");
    child_ = HeldChild(
        job,
        [roots] {
          set_apart();
          mount_trees(roots);
          return HeldChild::Installed{};
        },
        [roots] { list_directory(roots.front()); });
    child_.let_install();
    child_.installed();
    open_trees(roots);
    test_with_known_listing();
  }

  Outcome run(Recorder& recorder) override {
    before_ = take_snapshot();
    ::nanosleep(&clock_step, nullptr);
    Supervision supervision(child_.pid(), *job_, recorder);
    recorder.inherited(child_.pid());
    const UniqueFd first(static_cast<int>(::syscall(SYS_pidfd_open, child_.pid(), 0)));
    child_.let_exec();
    while (!supervision.finished()) {
      pollfd waiting{supervision.first_has_ended() ? -1 : first.get(), POLLIN, 0};
      ::poll(&waiting, 1, -1);
      supervision.tick();
      if (waiting.revents != 0) compare(recorder);
      supervision.reap();
      if (waiting.revents != 0 && !supervision.first_has_ended()) nap();
    }
    compare(recorder);  // what was done by processes that outlived the first one
    if (const int error = child_.exec_error(); error != 0) {
      throw TraceError("run '" + job_->program + "': " + error_text(error));
    }
    return supervision.outcome();
  }

  std::string remark() const override { return "only reads are seen"; }

 private:
  struct Tree {
    std::string path;
    UniqueFd fd;
  };
  struct Times {
    timespec accessed;
    timespec modified;
  };
  using Snapshot = std::map<std::string, Times>;

  // A root may be listed twice, as given and with its links resolved. The resolved one is the tree.
  static bool is_real(const std::string& root) {
    const std::unique_ptr<char, void (*)(void*)> resolved(::realpath(root.c_str(), nullptr), &std::free);
    return resolved && root == resolved.get();
  }

  // Opens the trees through the child's root while the child lives. They stay open after its end.
  void open_trees(const std::vector<std::string>& roots) {
    const std::string child = std::to_string(child_.pid()) + "/root";
    for (const std::string& root : roots) {
      UniqueFd fd(::openat(proc_fd(), (child + root).c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
      if (!fd) throw_errno("look at '" + root + "' in the command's mount namespace");
      trees_.push_back({root, std::move(fd)});
    }
  }

  void test_with_known_listing() {
    struct stat before {};
    struct stat after {};
    ::fstat(trees_.front().fd.get(), &before);
    ::nanosleep(&clock_step, nullptr);
    child_.let_test();
    pollfd said{child_.socket(), POLLIN, 0};
    if (::poll(&said, 1, self_test_patience_ms) <= 0 || !child_.has_acted()) {
      throw TraceError("see a known listing: the command's process does not answer");
    }
    ::fstat(trees_.front().fd.get(), &after);
    if (is_same(before.st_atim, after.st_atim))
      throw TraceError("see a known listing: it left no access time");
  }

  Snapshot take_snapshot() {
    Snapshot snapshot;
    for (const Tree& tree : trees_) {
      struct stat root {};
      ::fstat(tree.fd.get(), &root);
      snapshot[tree.path] = {root.st_atim, root.st_mtim};
      visit_tree(tree.fd.get(), tree.path,
                 [&](int, const std::string&, const std::string& path, const struct stat& s) {
                   snapshot[path] = {s.st_atim, s.st_mtim};
                 });
    }
    return snapshot;
  }

  void compare(Recorder& recorder) {
    Snapshot now = take_snapshot();
    for (const auto& [path, times] : before_) {
      if (now.count(path) == 0) recorder.found(child_.pid(), Kind::removed, path);
    }
    for (auto& [path, times] : now) {
      const auto before = before_.find(path);
      const bool is_new = before == before_.end();
      if (is_new || !is_same(before->second.modified, times.modified)) record_written(path, is_new, recorder);
      if (!is_new && !is_same(before->second.accessed, times.accessed))
        record_accessed(path, times, recorder);
    }
    before_ = std::move(now);
  }

  struct stat status_of(const std::string& path) const {
    struct stat status {};
    for (const Tree& tree : trees_) {
      if (path == tree.path) {
        ::fstat(tree.fd.get(), &status);
      } else if (path.starts_with(tree.path + '/')) {
        ::fstatat(tree.fd.get(), path.c_str() + tree.path.size() + 1, &status, AT_SYMLINK_NOFOLLOW);
      }
    }
    return status;
  }

  // A directory's modification time only says that some name in it was added or removed.
  void record_written(const std::string& path, bool is_new, Recorder& recorder) {
    if (is_new || !S_ISDIR(status_of(path).st_mode)) recorder.found(child_.pid(), Kind::written, path);
  }

  void record_accessed(const std::string& path, Times& times, Recorder& recorder) {
    const struct stat status = status_of(path);
    if (!S_ISLNK(status.st_mode)) {
      return recorder.found(child_.pid(), S_ISDIR(status.st_mode) ? Kind::listed : Kind::opened, path);
    }
    std::string target;
    for (const Tree& tree : trees_) {
      if (!path.starts_with(tree.path + '/')) continue;
      if (!read_link_text(tree.fd.get(), path.c_str() + tree.path.size() + 1, target)) continue;
      recorder.found_link(child_.pid(), path, target);
    }
    times.accessed = status_of(path).st_atim;  // reading the link's text was an access, too
  }

  const Job* job_ = nullptr;
  HeldChild child_;
  std::vector<Tree> trees_;
  Snapshot before_;
};

}  // namespace

std::unique_ptr<Method> make_atime() {
  return std::make_unique<Atime>();
}

}  // namespace lbundle::tracer
