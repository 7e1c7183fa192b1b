// Small readings of JavaScript as plain text.
#pragma once

#include <regex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lbundle::init {

// The text without white space at its ends.
std::string_view without_blanks(std::string_view text);

// The parts between commas that stand in no bracket and in no quotes, without blanks around them.
std::vector<std::string> parts_between_commas(std::string_view text);

// The word at the beginning of the text, or at its end; empty if something else is there.
std::string first_word(std::string_view text);
std::string last_word(std::string_view text);

// All matches, from the first to the last. The source must outlive them.
std::vector<std::smatch> all_matches(const std::string& source, const std::regex& pattern);

// The names in braces before "= VALUE", as in `const { a, b: c, d = 1 } = VALUE;`: "a", "b" and "d"; and the
// position of each brace. `value` is a regular expression.
std::vector<std::pair<std::vector<std::string>, std::size_t>> taken_from(const std::string& source,
                                                                         const std::string& value);

}  // namespace lbundle::init
