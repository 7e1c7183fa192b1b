#include "project/host_glob.hpp"

#include <algorithm>

#include "model/glob.hpp"

namespace lbundle {

namespace {

void collect(const HostPath& folder, const std::string& prefix, const Glob& glob,
             std::vector<HostPath>& found) {
  boost::system::error_code ignored;
  for (fs::directory_iterator entry(folder, ignored), end; entry != end; entry.increment(ignored)) {
    const auto name = entry->path().filename().string();
    const auto path = prefix + name;
    const auto status = fs::status(entry->path(), ignored);
    if (fs::is_regular_file(status) && glob.matches(path)) found.push_back(entry->path());
    // A link to a folder is not entered: it could lead back up.
    if (!fs::is_directory(status) || fs::is_symlink(entry->symlink_status())) continue;
    const auto below = path + '/';
    const auto& head = glob.literal_prefix();
    const bool may_match = below.size() < head.size() ? head.starts_with(below) : below.starts_with(head);
    if (may_match && name != ".lbundle" && name != ".git") collect(entry->path(), below, glob, found);
  }
}

}  // namespace

std::vector<HostPath> files_matching(const HostPath& folder, std::string_view pattern) {
  auto base = folder;
  while (pattern.starts_with("./") || pattern.starts_with("../")) {
    const auto slash = pattern.find('/');
    if (slash == 2) base = base.parent_path();
    pattern.remove_prefix(slash + 1);
  }
  std::vector<HostPath> found;
  collect(base, "", Glob(pattern), found);
  std::ranges::sort(found, {}, [](const HostPath& path) { return path.string(); });
  return found;
}

}  // namespace lbundle
