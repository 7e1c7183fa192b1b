// The problem: if this machine has no Python of the runtime's version, a Python of another Debian release can
// run here. But it needs the C library of that release, which must not mix with this machine's. The idea:
// bubblewrap shows the release's /usr in place of this machine's, and everything else as it is. So scripts
// read and write the same paths in both systems, and sys.executable is a path that works for programs that
// they start. Rejected: running Python by the release's loader with --library-path, because sys.executable
// cannot be started again then; a container engine, because a machine without the right Python often has no
// engine either.
#include "python/system_root.hpp"

#include <algorithm>
#include <array>
#include <deque>

#include "os/atomic_file.hpp"
#include "os/bubblewrap.hpp"

namespace lbundle {

namespace {

// The folders that a merged /usr replaces by links. Every release since bullseye can have it.
constexpr std::array<const char*, 4> merged{"bin", "lib", "lib64", "sbin"};
// Folders of /usr that no package of the root fills, and where users keep projects.
constexpr std::array<const char*, 2> of_this_machine{"local", "src"};
// An empty file of the root. It is mounted over the files that this machine's loader reads.
constexpr const char* empty_file = "empty";

bool is_of_system(const std::string& name) {
  static constexpr std::array<std::string_view, 10> names{"bin",    "sbin",   "lib", "lib32", "lib64",
                                                          "libo32", "libx32", "usr", "dev",   "proc"};
  return std::ranges::find(names, name) != names.end();
}

std::vector<HostPath> top_level() {
  std::vector<HostPath> entries;
  boost::system::error_code failure;
  for (fs::directory_iterator at("/", failure), end; !failure && at != end; at.increment(failure)) {
    if (!is_of_system(at->path().filename().string())) entries.push_back(at->path());
  }
  std::ranges::sort(entries);
  return entries;
}

// Returns the parts of a path, without "/", "." and empty ones.
std::deque<std::string> parts_of(const HostPath& path) {
  std::deque<std::string> parts;
  for (const auto& part : path) {
    if (part != "/" && part != "." && !part.empty()) parts.push_back(part.string());
  }
  return parts;
}

}  // namespace

void prepare_root(const HostPath& root) {
  for (const auto* name : merged) {
    fs::create_directories(root / "usr" / name);
    fs::create_symlink(HostPath("usr") / name, root / name);
  }
  for (const auto* name : of_this_machine) fs::create_directories(root / "usr" / name);
  write_file(root / empty_file, std::string_view{});
}

std::vector<std::string> root_mounts(const HostPath& root, RootAccess access) {
  const std::string bind = access == RootAccess::writable ? "--bind-try" : "--ro-bind-try";
  std::vector<std::string> words{"--ro-bind", (root / "usr").string(), "/usr"};
  const auto add = [&](std::initializer_list<std::string> more) {
    words.insert(words.end(), more.begin(), more.end());
  };
  for (const auto* name : merged) add({"--symlink", std::string("usr/") + name, std::string("/") + name});
  for (const auto& path : top_level()) {
    boost::system::error_code ignored;
    if (fs::is_symlink(path, ignored)) {
      add({"--symlink", fs::read_symlink(path).string(), path.string()});
    } else if (fs::is_directory(path, ignored)) {
      add({bind, path.string(), path.string()});
    }
  }
  for (const auto* name : of_this_machine) {
    const auto path = HostPath("/usr") / name;
    if (fs::is_directory(path)) add({bind, path.string(), path.string()});
  }
  for (const auto* path : {"/etc/ld.so.cache", "/etc/ld.so.preload"}) {
    if (fs::exists(path)) add({"--ro-bind", (root / empty_file).string(), path});
  }
  return words;
}

std::string path_inside(const HostPath& root, const HostPath& path) {
  const auto inside = path.lexically_relative(root);
  if (root.empty() || inside.empty() || *inside.begin() == "..") return path.string();
  return (HostPath("/") / inside).string();
}

HostPath file_in_root(const HostPath& root, const std::string& path) {
  constexpr int most_links = 40;  // the same limit as the kernel's
  auto left = parts_of(path);
  HostPath real = root;
  for (int links = 0; !left.empty();) {
    const auto part = left.front();
    left.pop_front();
    if (part == "..") {
      if (real != root) real = real.parent_path();
      continue;
    }
    boost::system::error_code ignored;
    const auto next = real / part;
    if (!fs::is_symlink(next, ignored) || ++links > most_links) {
      real = next;
      continue;
    }
    const auto target = fs::read_symlink(next);
    if (target.is_absolute()) real = root;
    const auto more = parts_of(target);
    left.insert(left.begin(), more.begin(), more.end());
  }
  return real;
}

std::vector<std::string> system_command(const Interpreter& interpreter) {
  if (interpreter.root.empty()) return {};
  std::vector<std::string> words{bubblewrap_program().string()};
  const auto add = [&](const std::vector<std::string>& more) {
    words.insert(words.end(), more.begin(), more.end());
  };
  add(bubblewrap_same_user_flags());
  add(root_mounts(interpreter.root, RootAccess::writable));
  add({"--dev-bind", "/dev", "/dev", "--bind", "/proc", "/proc", "--die-with-parent"});
  return words;
}

std::vector<std::string> python_command(const Interpreter& interpreter) {
  auto words = system_command(interpreter);
  words.push_back(path_inside(interpreter.root, interpreter.program));
  return words;
}

std::vector<std::string> python_command(const Interpreter& interpreter,
                                        const std::vector<std::string>& arguments) {
  auto words = python_command(interpreter);
  words.insert(words.end(), arguments.begin(), arguments.end());
  return words;
}

}  // namespace lbundle
