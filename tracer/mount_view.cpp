#include "mount_view.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace lbundle::tracer {
namespace {

// Decodes \040 and the like, as /proc writes blanks, tabs, newlines and backslashes.
std::string decoded(std::string_view text) {
  std::string name;
  const auto is_digit = [&](std::size_t at) {
    return at < text.size() && text[at] >= '0' && text[at] <= '7';
  };
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\\' && is_digit(at + 1) && is_digit(at + 2) && is_digit(at + 3)) {
      name += static_cast<char>((text[at + 1] - '0') * 64 + (text[at + 2] - '0') * 8 + (text[at + 3] - '0'));
      at += 3;
    } else {
      name += text[at];
    }
  }
  return name;
}

// What is left of `path` below `folder`: empty or with a slash at its beginning.
std::optional<std::string> below(const std::string& folder, const std::string& path) {
  if (folder == "/") return path == "/" ? "" : path;
  if (path.compare(0, folder.size(), folder) != 0) return std::nullopt;
  if (path.size() > folder.size() && path[folder.size()] != '/') return std::nullopt;
  return path.substr(folder.size());
}

std::string joined(const std::string& folder, const std::string& rest) {
  const std::string path = folder == "/" ? rest : folder + rest;
  return path.empty() ? "/" : path;
}

// The mount that shows `path`: the deepest one, and of several at one place the last.
const Mount* mount_at(const std::string& path, const std::vector<Mount>& mounts) {
  const Mount* found = nullptr;
  for (const Mount& mount : mounts) {
    if (below(mount.point, path) && (found == nullptr || mount.point.size() >= found->point.size()))
      found = &mount;
  }
  return found;
}

}  // namespace

std::vector<Mount> read_mounts(std::string_view mountinfo) {
  std::vector<Mount> mounts;
  while (!mountinfo.empty()) {
    std::string_view line = mountinfo.substr(0, mountinfo.find('\n'));
    mountinfo.remove_prefix(std::min(mountinfo.size(), line.size() + 1));
    // The number, the parent's number, the device, the root, the point.
    std::array<std::string_view, 5> fields;
    for (std::string_view& field : fields) {
      field = line.substr(0, line.find(' '));
      line.remove_prefix(std::min(line.size(), field.size() + 1));
    }
    if (!fields[4].empty())
      mounts.push_back({std::string(fields[2]), decoded(fields[3]), decoded(fields[4])});
  }
  return mounts;
}

std::vector<std::string> places_of(const std::string& path, const std::vector<Mount>& there,
                                   const std::vector<Mount>& here) {
  const Mount* shown = mount_at(path, there);
  if (shown == nullptr) return {};
  const std::string inside = joined(shown->root, *below(shown->point, path));
  std::vector<std::pair<std::size_t, std::string>> found;
  for (const Mount& mount : here) {
    const auto rest = below(mount.root, inside);
    if (mount.device != shown->device || !rest) continue;
    std::string place = joined(mount.point, *rest);
    if (mount_at(place, here) != &mount) continue;  // another mount covers it
    found.emplace_back(place == path ? 0 : mount.root.size(), std::move(place));
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::string> places;
  for (auto& [order, place] : found) places.push_back(std::move(place));
  return places;
}

}  // namespace lbundle::tracer
