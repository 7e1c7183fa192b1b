#include "init/javascript_parts.hpp"

#include <algorithm>

#include "init/literals.hpp"

namespace lbundle::init {

// The text without white space at its ends.
std::string_view without_blanks(std::string_view text) {
  constexpr auto blanks = " \t\r\n";
  const auto begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) + 1 - begin);
}

// The parts between commas that stand in no bracket and in no quotes, without blanks around them.
std::vector<std::string> parts_between_commas(std::string_view text) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  for (std::size_t at = 0; at <= text.size(); ++at) {
    const char c = at < text.size() ? text[at] : ',';
    if (c == '(' || c == '{' || c == '[') {
      at += inside_brackets(text, at).size() + 1;
    } else if (c == '"' || c == '\'' || c == '`') {
      at = std::min(text.find(c, at + 1), text.size());
    } else if (c == ',') {
      const auto part = without_blanks(text.substr(begin, at - begin));
      if (!part.empty()) parts.emplace_back(part);
      begin = at + 1;
    }
  }
  const auto rest = begin < text.size() ? without_blanks(text.substr(begin)) : std::string_view();
  if (!rest.empty()) parts.emplace_back(rest);
  return parts;
}

// The word at the beginning of the text; empty if it begins with something else.
std::string first_word(std::string_view text) {
  const auto end =
      std::ranges::find_if_not(text, [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; });
  return {text.begin(), end};
}

// The word at the end of the text.
std::string last_word(std::string_view text) {
  auto begin = text.size();
  while (begin > 0 &&
         (std::isalnum(static_cast<unsigned char>(text[begin - 1])) != 0 || text[begin - 1] == '_'))
    --begin;
  return std::string(text.substr(begin));
}

std::vector<std::smatch> all_matches(const std::string& source, const std::regex& pattern) {
  return {std::sregex_iterator(source.begin(), source.end(), pattern), std::sregex_iterator()};
}

std::vector<std::pair<std::vector<std::string>, std::size_t>> taken_from(const std::string& source,
                                                                         const std::string& value) {
  std::vector<std::pair<std::vector<std::string>, std::size_t>> found;
  const std::regex end("\\}\\s*=\\s*" + value + "\\s*(?:[;,\\n)]|$)");
  for (const auto& match : all_matches(source, end)) {
    const auto close = static_cast<std::size_t>(match.position());
    const auto open = source.rfind('{', close);
    if (open == std::string::npos) continue;
    std::vector<std::string> names;
    for (const auto& part : parts_between_commas(std::string_view(source).substr(open + 1, close - open - 1)))
      if (auto name = first_word(part); !name.empty()) names.push_back(std::move(name));
    found.emplace_back(std::move(names), open);
  }
  return found;
}

}  // namespace lbundle::init
