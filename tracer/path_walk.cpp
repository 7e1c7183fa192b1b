// Where does a path lead, for that thread, now?
//
// The answer must be what the kernel will find when it carries out the call: seen from the thread's own root
// directory and mount namespace, and with every symbolic link on the way, because a bundle needs the links as
// well as what they lead to. There are two ways to find it:
//
// The quick way lets the kernel walk, once, and forbids it to cross a link (openat2 with
// RESOLVE_NO_SYMLINKS). If it arrives, or a name is missing, there was no link on the way. Then the cleaned
// text of the path is the resolved path, and no more questions are needed. That is one call to open and one
// to close. Nine of ten paths of a program are of this kind.
//
// The slow way goes name by name with O_PATH descriptors and reads each link. It is used if the quick way met
// a link or a "..". It knows the links of /proc, whose text is not a path to walk but a description of where
// the kernel jumps to; /proc/self is the tracee there, not the tracer.
//
// Rejected: realpath over /proc/PID/root (the kernel resolves an absolute link against the tracer's root, so
// a chroot leaks), and a cache of directories known to be free of links (a rename makes it wrong, and it
// saved only a tenth of the walk).
#include "path_walk.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>

#include "tracee.hpp"

namespace lbundle::tracer {
namespace {

constexpr int max_links = 40;  // MAXSYMLINKS of linux/namei.h

bool has_dot_dot(std::string_view path) {
  for (std::size_t at = path.find(".."); at != std::string_view::npos; at = path.find("..", at + 1)) {
    const bool starts = at == 0 || path[at - 1] == '/';
    const bool ends = at + 2 == path.size() || path[at + 2] == '/';
    if (starts && ends) return true;
  }
  return false;
}

bool has_long_name(std::string_view path) {
  std::size_t length = 0;
  for (const char c : path) {
    length = c == '/' ? 0 : length + 1;
    if (length > NAME_MAX) return true;
  }
  return false;
}

std::string joined(std::string_view directory, std::string_view name) {
  std::string path(directory);
  if (path.empty() || path.back() != '/') path += '/';
  path += name;
  return path;
}

int open_without_links(int base, const char* path, bool follow_last, bool in_root) {
  open_how how{};
  how.flags = static_cast<std::uint64_t>(O_PATH | O_CLOEXEC | (follow_last ? 0 : O_NOFOLLOW));
  how.resolve = RESOLVE_NO_SYMLINKS | (in_root ? static_cast<std::uint64_t>(RESOLVE_IN_ROOT) : 0);
  return static_cast<int>(::syscall(SYS_openat2, base, path, &how, sizeof how));
}

// Returns false if only the slow way can find the answer.
bool walk_quickly(const View& view, const Place& base, const std::string& path, const WalkOptions& options,
                  Walk& walk) {
  if (has_dot_dot(path)) return false;
  const bool absolute = path.front() == '/';
  UniqueFd fd(
      open_without_links(absolute ? view.root : base.fd, path.c_str(), options.follow_last, absolute));
  if (fd) {
    walk.state = Walk::State::found;
    if (options.need_fd) walk.fd = std::move(fd);
  } else if ((errno == ENOENT || errno == ENOTDIR) && !options.need_parent) {
    walk.state = Walk::State::missing;
  } else {
    return false;
  }
  walk.path = clean_path(absolute ? path : joined(base.path, path));
  return true;
}

bool is_on_proc(int fd) {
  struct statfs fs {};
  return ::fstatfs(fd, &fs) == 0 && fs.f_type == PROC_SUPER_MAGIC;
}

// The slow way: one step for each name. The names that are still to come are kept as text.
class Stepper {
 public:
  Stepper(const View& view, const Place& base, const std::string& path, const WalkOptions& options)
      : view_(view), options_(options), rest_(path), must_be_directory_(path.back() == '/') {
    if (path.front() == '/') {
      go_to_root();
    } else {
      here_ = UniqueFd(::fcntl(base.fd, F_DUPFD_CLOEXEC, 0));
      path_ = base.path;
    }
  }

  Walk run() {
    std::string name;
    while (!stopped_ && take_name(name)) step(name);
    if (!stopped_) walk_.state = arrives() ? Walk::State::found : Walk::State::missing;
    if (walk_.path.empty()) walk_.path = path_;
    if (walk_.state == Walk::State::found && options_.need_fd) walk_.fd = std::move(here_);
    return std::move(walk_);
  }

 private:
  bool take_name(std::string& name) {
    const std::size_t start = rest_.find_first_not_of('/');
    if (start == std::string::npos) return false;
    const std::size_t end = std::min(rest_.find('/', start), rest_.size());
    name = rest_.substr(start, end - start);
    rest_.erase(0, end);
    return true;
  }

  bool is_last() const { return rest_.find_first_not_of('/') == std::string::npos; }

  void go_to_root() {
    here_ = UniqueFd(::fcntl(view_.root, F_DUPFD_CLOEXEC, 0));
    path_.assign(1, '/');
  }

  void stop(Walk::State state, const std::string& name) {
    stopped_ = true;
    walk_.state = state;
    walk_.path = clean_path(joined(path_, name).append(rest_));
  }

  void step(const std::string& name) {
    if (name == ".") return;
    if (name == "..") return step_up();
    UniqueFd next(::openat(here_.get(), name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
    if (!next) return stop_for_error(errno, name);
    std::string text;
    const bool last = is_last();
    const bool follow = !last || options_.follow_last || must_be_directory_;
    if (follow && read_link_text(next.get(), "", text)) return follow_link(next, name, text);
    here_ = std::move(next);
    path_ = joined(path_, name);
  }

  // A path that ends with a slash leads to a directory or fails (ENOTDIR).
  bool arrives() const {
    struct stat status {};
    return !must_be_directory_ || ::fstat(here_.get(), &status) != 0 || S_ISDIR(status.st_mode);
  }

  void step_up() {
    if (path_ == "/") return;
    UniqueFd parent(::openat(here_.get(), "..", O_PATH | O_CLOEXEC));
    if (!parent) return stop_for_error(errno, "..");
    here_ = std::move(parent);
    const std::size_t slash = path_.rfind('/');
    path_.resize(slash == 0 ? 1 : slash);
  }

  void stop_for_error(int error, const std::string& name) {
    if (error == ENAMETOOLONG) return stop(Walk::State::pseudo, name);
    if (error == EACCES || error == EPERM) return stop(Walk::State::denied, name);
    const bool creatable = error == ENOENT && options_.need_parent && is_last();
    stop(creatable ? Walk::State::creatable : Walk::State::missing, name);
  }

  void follow_link(const UniqueFd& link, const std::string& name, const std::string& text) {
    if (++followed_ > max_links) return stop(Walk::State::missing, name);
    if (is_on_proc(link.get())) return follow_proc_link(name, text);
    walk_.links.push_back({joined(path_, name), text});
    follow_text(text);
  }

  void follow_text(const std::string& text) {
    rest_.insert(0, text);  // the text that is still to come starts with a slash
    if (text.empty() || text.front() == '/') go_to_root();
  }

  void follow_proc_link(const std::string& name, const std::string& text) {
    if (name == "self") return enter_proc_of(std::to_string(view_.tgid), "");
    if (name == "thread-self") {
      return enter_proc_of(std::to_string(view_.tgid), "/task/" + std::to_string(view_.tid));
    }
    const bool jump = !text.empty() && (text.front() == '/' || text.find(":[") != std::string::npos ||
                                        text.rfind("anon_inode:", 0) == 0);
    if (!jump) return follow_text(text);
    UniqueFd target(::openat(here_.get(), name.c_str(), O_PATH | O_CLOEXEC));
    if (!target) return stop_for_error(errno, name);
    std::string path;
    if (!path_of_fd(view_, target.get(), path)) return stop(Walk::State::pseudo, name);
    here_ = std::move(target);
    path_ = std::move(path);
  }

  // Enters /proc as the tracer sees it, because its numbers are those of the log. The tracer does not follow
  // the link itself: that would lead to the tracer's own entry.
  void enter_proc_of(const std::string& process, const std::string& below) {
    UniqueFd next(::openat(proc_fd(), (process + below).c_str(), O_PATH | O_CLOEXEC));
    if (!next) return stop_for_error(errno, process);
    here_ = std::move(next);
    path_ = joined(path_, process) + below;
  }

  const View& view_;
  const WalkOptions& options_;
  std::string rest_;
  bool must_be_directory_;
  UniqueFd here_;
  std::string path_;
  int followed_ = 0;
  bool stopped_ = false;
  Walk walk_;
};

// Finds the name under which a directory lists its entry `child`.
bool name_in_directory(int directory, const struct stat& child, std::string& name) {
  const UniqueFd reading(::openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  alignas(std::uint64_t) std::array<char, 16384> buffer;
  for (long n = 0; (n = ::syscall(SYS_getdents64, reading.get(), buffer.data(), buffer.size())) > 0;) {
    for (long at = 0; at < n;) {
      const char* entry = buffer.data() + at;  // struct linux_dirent64: ino 8, off 8, reclen 2, type 1, name
      std::uint16_t length = 0;
      std::memcpy(&length, entry + 16, sizeof length);
      const char* entry_name = entry + 19;
      struct stat found {};
      if (std::strcmp(entry_name, "..") != 0 &&
          ::fstatat(directory, entry_name, &found, AT_SYMLINK_NOFOLLOW) == 0 &&
          found.st_ino == child.st_ino && found.st_dev == child.st_dev) {
        name = entry_name;
        return true;
      }
      at += length;
    }
  }
  return false;
}

// Finds the path of a directory that is too deep for the kernel, which prints no path longer than a page. The
// last names are gathered one by one on the way up, until the rest is short enough.
bool climb(int fd, std::string& out) {
  UniqueFd here(::fcntl(fd, F_DUPFD_CLOEXEC, 0));
  std::string below;
  for (;;) {
    struct stat child {};
    std::string name;
    UniqueFd parent(::openat(here.get(), "..", O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!parent || ::fstat(here.get(), &child) != 0 || !name_in_directory(parent.get(), child, name))
      return false;
    if (name == ".") return false;  // the root of a deleted or foreign tree is its own parent
    below = below.empty() ? name : joined(name, below);
    if (read_link_text(proc_fd(), ("self/fd/" + std::to_string(parent.get())).c_str(), out)) {
      out = joined(out, below);
      return true;
    }
    here = std::move(parent);
  }
}

void strip_deleted(int fd, std::string& path) {
  static constexpr std::string_view mark = " (deleted)";
  struct stat status {};
  if (path.size() > mark.size() && path.ends_with(mark) && ::fstat(fd, &status) == 0 &&
      status.st_nlink == 0) {
    path.resize(path.size() - mark.size());
  }
}

}  // namespace

void strip_root(const View& view, std::string& path) {
  const std::string& prefix = view.root_prefix;
  if (prefix.size() <= 1 || path.compare(0, prefix.size(), prefix) != 0) return;
  if (path.size() == prefix.size()) {
    path.assign(1, '/');
  } else if (path[prefix.size()] == '/') {
    path.erase(0, prefix.size());
  }
}

bool path_of_fd(const View& view, int fd, std::string& out) {
  if (!read_link_text(proc_fd(), ("self/fd/" + std::to_string(fd)).c_str(), out)) {
    if (errno != ENAMETOOLONG || !climb(fd, out)) return false;
  }
  if (out.empty() || out.front() != '/' || out.starts_with("/memfd:")) return false;
  strip_deleted(fd, out);
  strip_root(view, out);
  return true;
}

std::string clean_path(std::string_view path) {
  std::string clean;
  clean.reserve(path.size());
  for (std::size_t at = 0; at < path.size();) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    const std::string_view name = path.substr(at, end - at);
    const bool nothing = name.empty() || name == "." || (name == ".." && clean.empty());
    if (!nothing) {
      clean += '/';
      clean += name;
    }
    at = end + 1;
  }
  return clean.empty() ? "/" : clean;
}

bool is_pseudo_name(std::string_view path) {
  std::size_t at = 0;
  while (at < path.size() && (std::isalnum(static_cast<unsigned char>(path[at])) != 0 || path[at] == '+' ||
                              path[at] == '-' || path[at] == '_')) {
    ++at;
  }
  if (at < 2 || at + 1 >= path.size() || path[at] != ':') return false;
  return path[at + 1] == ':' || path[at + 1] == '/' || path[at + 1] == '"';
}

Walk walk_path(const View& view, const Place& base, std::string_view path, const WalkOptions& options) {
  Walk walk;
  if (path.empty() || has_long_name(path)) return walk;
  const std::string text(path);
  if (!view.may_look) {
    walk.state = Walk::State::found;
    walk.path = clean_path(text.front() == '/' ? text : joined(base.path, text));
    return walk;
  }
  if (walk_quickly(view, base, text, options, walk)) return walk;
  return Stepper(view, base, text, options).run();
}

}  // namespace lbundle::tracer
