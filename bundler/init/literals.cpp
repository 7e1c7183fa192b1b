#include "init/literals.hpp"

#include <algorithm>
#include <charconv>
#include <regex>

namespace lbundle::init {

namespace {

std::optional<int> whole_number(const std::string& text) {
  int number = 0;
  const auto [end, mistake] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (mistake != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// A place in the block where `key` stands as a word, followed by "=" or ":".
std::string beginning_of(const std::string& key) {
  return "(?:^|[^\\w.\"'])[\"']?" + key + "[\"']?\\s*[=:]\\s*";
}

}  // namespace

std::optional<Fact<int>> number_in(const Text& text) {
  const auto number = whole_number(text.value);
  return number ? std::optional(Fact<int>{*number, text.from}) : std::nullopt;
}

void set_variable(std::vector<Variable>& variables, Variable variable) {
  const auto known = std::ranges::find(variables, variable.name, &Variable::name);
  if (known == variables.end()) {
    variables.push_back(std::move(variable));
  } else {
    *known = std::move(variable);
  }
}

HostPath without_slash(const HostPath& path) {
  auto result = path;
  while (result.filename() == "." || result.filename().empty() || result.filename() == "/") {
    if (!result.has_parent_path() || result == result.root_path()) break;
    result = result.parent_path();
  }
  return result;
}

std::string_view inside_brackets(std::string_view text, std::size_t open) {
  int depth = 0;
  char quote = 0;
  for (auto at = open; at < text.size(); ++at) {
    const char c = text[at];
    if (quote != 0) {
      if (c == '\\') {
        ++at;
      } else if (c == quote || c == '\n') {
        quote = 0;
      }
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '(' || c == '{' || c == '[') {
      ++depth;
    } else if ((c == ')' || c == '}' || c == ']') && --depth == 0) {
      return text.substr(open + 1, at - open - 1);
    }
  }
  return text.substr(std::min(open + 1, text.size()));
}

int line_of(std::string_view text, std::size_t at) {
  return 1 + static_cast<int>(std::ranges::count(text.substr(0, at), '\n'));
}

std::optional<std::string> literal_after(const std::string& block, const std::string& key) {
  const std::regex pattern(beginning_of(key) + R"((?:"([^"\n$]*)\"|'([^'\n$]*)')\s*(?:[,;)\n}#]|//|$))");
  std::smatch found;
  if (!std::regex_search(block, found, pattern)) return std::nullopt;
  return found[1].matched ? found[1].str() : found[2].str();
}

std::optional<int> number_after(const std::string& block, const std::string& key) {
  const std::regex pattern(beginning_of(key) + R"((\d{1,6})\b)");
  std::smatch found;
  return std::regex_search(block, found, pattern) ? whole_number(found[1]) : std::nullopt;
}

}  // namespace lbundle::init
