#include "zip/name_limits.hpp"

#include <unordered_set>

#include <linux/limits.h>

#include "model/lambda_paths.hpp"
#include "model/text.hpp"

namespace lbundle::zip {

namespace {

constexpr std::size_t most_folder_bytes = 16U << 20;
constexpr std::size_t shown_start = 100;
constexpr std::size_t shown_end = 40;

}  // namespace

const char* length_fault(std::string_view name) {
  // PATH_MAX counts the final NUL.
  if (task_prefix.size() + name.size() >= PATH_MAX) return "the path has more than 4095 bytes";
  static_assert(PATH_MAX == 4096 && NAME_MAX == 255);
  for (std::size_t at = 0; at < name.size();) {
    const auto end = std::min(name.find('/', at), name.size());
    if (end - at > NAME_MAX) return "a part of the path has more than 255 bytes";
    at = end + 1;
  }
  return nullptr;
}

std::string shown_name(const std::string& name) {
  if (name.size() <= NAME_MAX) return name;
  return format("{}…{} ({} bytes)", std::string_view(name).substr(0, shown_start),
                std::string_view(name).substr(name.size() - shown_end), name.size());
}

bool has_too_many_folders(const std::vector<DirectoryLine>& lines) {
  std::unordered_set<std::string_view> seen;
  std::size_t bytes = 0;
  for (const auto& line : lines) {
    std::string_view rest = line.name;
    if (length_fault(rest) != nullptr) continue;
    for (auto slash = rest.rfind('/'); slash != std::string_view::npos; slash = rest.rfind('/')) {
      rest = rest.substr(0, slash);
      if (!seen.insert(rest).second) break;
      if ((bytes += rest.size()) > most_folder_bytes) return true;
    }
  }
  return false;
}

}  // namespace lbundle::zip
