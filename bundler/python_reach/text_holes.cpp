#include "python_reach/text_holes.hpp"

#include <algorithm>
#include <vector>

namespace lbundle {

bool fills(std::string_view text, std::string_view pattern) {
  const auto begin = before_hole(pattern);
  if (!text.starts_with(begin)) return false;
  if (begin.size() == pattern.size()) return text.size() == pattern.size();
  text.remove_prefix(begin.size());
  pattern.remove_prefix(begin.size() + 1);
  // Each part between two holes is taken at its first place: a later place leaves less for the parts that
  // follow.
  for (auto part = before_hole(pattern); part.size() != pattern.size(); part = before_hole(pattern)) {
    const auto at = text.find(part);
    if (at == std::string_view::npos) return false;
    text.remove_prefix(at + part.size());
    pattern.remove_prefix(part.size() + 1);
  }
  return text.ends_with(pattern);
}

std::string_view before_hole(std::string_view pattern) {
  return pattern.substr(0, std::min(pattern.find(Mark::hole), pattern.size()));
}

bool is_plain_text(std::string_view text) {
  return std::ranges::none_of(text, [](char c) { return c >= Mark::hole && c <= Mark::package; });
}

std::string tidy_path(std::string_view path) {
  std::vector<std::string_view> parts;
  bool is_known = true;  // no hole yet
  while (!path.empty()) {
    const auto slash = std::min(path.find('/'), path.size());
    const auto part = path.substr(0, slash);
    path.remove_prefix(std::min(slash + 1, path.size()));
    is_known = is_known && part.find(Mark::hole) == std::string_view::npos;
    if (part.empty() || part == ".") continue;
    if (part == ".." && is_known) {
      if (parts.empty()) return {};
      parts.pop_back();
    } else {
      parts.push_back(part);
    }
  }
  std::string tidy;
  for (const auto part : parts) (tidy += tidy.empty() ? "" : "/") += part;
  return tidy;
}

}  // namespace lbundle
