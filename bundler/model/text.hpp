// Formatting of text. Only this header knows which library does it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <spdlog/fmt/fmt.h>

namespace lbundle {

using fmt::format;

// The last `count` lines of a log, which explain a failure. The last line keeps its line feed if it has one.
std::string last_lines(std::string_view text, std::size_t count);

// The last line of a text, without the line feeds at its end: what a failed program said last.
std::string last_line(std::string text);

// The text with each line of more than `most` bytes cut to this length, for searches and messages: programs
// that fail repeat their input, and a line of a megabyte is more than a regular expression of the library can
// take.
std::string with_short_lines(std::string_view text, std::size_t most);

// The text without blanks, tabs and carriage returns at its ends.
std::string_view trimmed(std::string_view text);

}  // namespace lbundle
