#include "model/text.hpp"

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

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

}  // namespace lbundle
