#include "sandbox/usable_files.hpp"

#include <algorithm>
#include <map>
#include <mutex>

#include <sys/stat.h>

#include "sandbox/program_driver.hpp"

namespace lbundle {

namespace {

// A folder with more entries counts as usable. Looking at so many takes about 0.1 s.
constexpr std::size_t most_entries = 50'000;

bool is_readable(const HostPath& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) return true;  // a dangling link is the same for every user
  const unsigned needed = S_ISDIR(status.st_mode) ? S_IROTH | S_IXOTH : S_IROTH;
  return (status.st_mode & needed) == needed;
}

bool all_readable(const HostPath& path) {
  if (!is_readable(path)) return false;
  boost::system::error_code failure;
  if (!fs::is_directory(path, failure)) return true;
  std::size_t count = 0;
  for (fs::recursive_directory_iterator at(path, failure), end; !failure && at != end;
       at.increment(failure)) {
    if (++count > most_entries) return true;
    if (!is_readable(at->path())) return false;
  }
  return true;
}

// Looked at once for each folder, because each event asks again.
bool is_usable(const HostPath& path) {
  static std::mutex guard;
  static std::map<std::string, bool> known;
  const std::lock_guard lock(guard);
  const auto found = known.find(path.string());
  if (found != known.end()) return found->second;
  return known[path.string()] = all_readable(path);
}

}  // namespace

bool lambda_user_can_use(const SandboxPlan& plan) {
  std::vector<HostPath> shown{plan.interpreter.program, plan.interpreter.stdlib, plan.client,
                              plan.runtime_packages};
  if (needs_own_driver(plan)) {
    for (const auto& [source, target] : driver_mounts(plan)) shown.push_back(source);
  }
  for (const auto& mount : plan.settings.mounts) {
    if (mount.writable) return false;
    shown.push_back(mount.source);
  }
  return std::ranges::all_of(shown, [](const auto& path) { return path.empty() || is_usable(path); });
}

}  // namespace lbundle
