#include "python/entry_points.hpp"

#include <algorithm>

namespace lbundle {

std::vector<EntryPoint> entry_points_in(std::string_view text) {
  std::vector<EntryPoint> points;
  std::string group;
  while (!text.empty()) {
    auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (line.starts_with('[')) {
      group = line.substr(1, line.find(']') - 1);
      continue;
    }
    const auto equals = line.find('=');
    const bool is_comment = line.starts_with('#') || line.starts_with(';');
    if (equals == std::string_view::npos || is_comment || group.ends_with("_scripts")) continue;
    line.remove_prefix(std::min(line.find_first_not_of(" \t", equals + 1), line.size()));
    points.push_back({group, std::string(line.substr(0, line.find_first_of(": \t\r[")))});
  }
  return points;
}

}  // namespace lbundle
