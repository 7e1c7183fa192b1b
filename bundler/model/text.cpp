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

}  // namespace lbundle
