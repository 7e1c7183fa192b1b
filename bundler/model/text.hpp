// Formatting of text: the one place that knows which library does it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <spdlog/fmt/fmt.h>

namespace lbundle {

using fmt::format;

// The end of a log, which is what explains a failure: its last `count` lines, with the last one's line feed
// where it has one.
std::string last_lines(std::string_view text, std::size_t count);

// The last line of a text, without the line feeds at its end: what a failed program said last.
std::string last_line(std::string text);

// The text without blanks, tabs and carriage returns at its ends.
std::string_view trimmed(std::string_view text);

}  // namespace lbundle
