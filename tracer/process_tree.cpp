#include "process_tree.hpp"

#include <cstdlib>
#include <map>
#include <memory>
#include <string>

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include "tracee.hpp"

namespace lbundle::tracer {
namespace {

// The parent of each living process, from /proc/PID/stat. The second field of that file may itself hold
// spaces and brackets.
std::map<pid_t, pid_t> parents() {
  std::map<pid_t, pid_t> parent_of;
  const int fd = ::openat(proc_fd(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const std::unique_ptr<DIR, int (*)(DIR*)> listing(fd < 0 ? nullptr : ::fdopendir(fd), &::closedir);
  if (!listing) return parent_of;
  while (const dirent* entry = ::readdir(listing.get())) {
    const pid_t pid = std::atoi(entry->d_name);
    if (pid <= 0) continue;
    const std::string stat = read_proc_file(std::string(entry->d_name) + "/stat");
    const std::size_t comm_end = stat.rfind(')');
    if (comm_end == std::string::npos || stat.size() < comm_end + 5) continue;
    const char state = stat[comm_end + 2];
    if (state != 'Z' && state != 'X') parent_of[pid] = std::atoi(stat.c_str() + comm_end + 4);
  }
  return parent_of;
}

}  // namespace

std::set<pid_t> children() {
  std::set<pid_t> found;
  for (const auto& [pid, parent] : parents()) {
    if (parent == ::getpid()) found.insert(pid);
  }
  return found;
}

std::vector<pid_t> descendants(const std::set<pid_t>& except) {
  const std::map<pid_t, pid_t> parent_of = parents();
  const auto is_below = [&](pid_t pid) {
    while (except.count(pid) == 0) {
      const auto entry = parent_of.find(pid);
      if (entry == parent_of.end()) return false;
      pid = entry->second;
      if (pid == ::getpid()) return true;
    }
    return false;
  };
  std::vector<pid_t> found;
  for (const auto& [pid, parent] : parent_of) {
    if (is_below(pid)) found.push_back(pid);
  }
  return found;
}

}  // namespace lbundle::tracer
