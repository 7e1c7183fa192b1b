#include "python/preinstalled.hpp"

#include <algorithm>
#include <sstream>

#include "cache/store.hpp"
#include "python/distributions.hpp"

namespace lbundle {

namespace {

// "urllib3" of "Requires-Dist: urllib3 (<3,>=1.25) ; python_version >= '3.10'"; empty for other lines, and
// for those that an extra alone asks for.
std::string required_name(const std::string& line) {
  static constexpr std::string_view field = "Requires-Dist:";
  if (!line.starts_with(field)) return {};
  const auto marker = line.find(';');
  if (marker != std::string::npos && line.find("extra", marker) != std::string::npos) return {};
  const auto start = line.find_first_not_of(' ', field.size());
  if (start == std::string::npos) return {};
  const auto is_part = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' || c == '.';
  };
  const auto end = std::find_if_not(line.begin() + static_cast<std::ptrdiff_t>(start), line.end(), is_part);
  return normalised_name(std::string_view(line.begin() + static_cast<std::ptrdiff_t>(start), end));
}

// By distribution, what each needs.
std::map<std::string, std::set<std::string>> needs_of(const FileSet& files,
                                                      const Distributions& distributions) {
  std::map<std::string, std::set<std::string>> needs;
  for (const auto& [path, node] : files) {
    const auto* file = std::get_if<RegularFile>(&node);
    const auto* owner = distributions.owner_of(path);
    if (file == nullptr || owner == nullptr || path.name() != "METADATA") continue;
    const auto bytes = read_content(file->content);
    std::istringstream text{std::string(as_text(bytes))};
    for (std::string line; std::getline(text, line) && !line.empty();) {
      if (auto name = required_name(line); !name.empty()) needs[owner->name].insert(std::move(name));
    }
  }
  return needs;
}

}  // namespace

std::set<std::string> left_to_runtime(const FileSet& files, const Distributions& distributions,
                                      const std::map<std::string, std::string>& preinstalled) {
  std::set<std::string> left;
  std::set<std::string> bundled;
  for (const auto& distribution : distributions.all)
    (preinstalled.contains(distribution.name) ? left : bundled).insert(distribution.name);
  const auto needs = needs_of(files, distributions);
  std::vector<std::string> open(bundled.begin(), bundled.end());
  while (!open.empty()) {
    const auto name = open.back();
    open.pop_back();
    const auto found = needs.find(name);
    if (found == needs.end()) continue;
    for (const auto& needed : found->second) {
      if (left.erase(needed) > 0) open.push_back(needed);
    }
  }
  return left;
}

}  // namespace lbundle
