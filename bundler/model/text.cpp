#include "model/text.hpp"

#include <algorithm>

namespace lbundle {

std::string last_lines(std::string_view text, std::size_t count) {
  auto at = text.size();
  for (std::size_t newlines = 0; at > 0; --at) {
    // A line feed at the very end closes the last line and begins no new one.
    if (text[at - 1] == '\n' && at != text.size() && ++newlines == count) break;
  }
  return std::string(text.substr(at));
}

std::string last_line(std::string text) {
  while (text.ends_with('\n')) text.pop_back();
  return text.substr(text.rfind('\n') + 1);
}

std::string with_short_lines(std::string_view text, std::size_t most) {
  std::string result;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    result += text.substr(0, std::min(end, most));
    if (end < text.size()) result += '\n';
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return result;
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

}  // namespace lbundle
