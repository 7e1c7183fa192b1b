#include "project/source_location.hpp"

#include <algorithm>
#include <optional>

#include "model/text.hpp"

namespace lbundle {

namespace {

std::optional<std::string_view> line_of(std::string_view text, int number) {
  for (int line = 1; line < number; ++line) {
    const auto newline = text.find('\n');
    if (newline == std::string_view::npos) return std::nullopt;
    text.remove_prefix(newline + 1);
  }
  auto line = text.substr(0, text.find('\n'));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

bool begins_character(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0) != 0x80;
}

// Spaces as wide as the characters before `column`. Tabs stay tabs, so that both lines have the same indent.
std::string indent_to(std::string_view line, int column) {
  std::string indent;
  for (const char byte : line) {
    if (!begins_character(byte)) continue;
    if (--column == 0) break;
    indent += byte == '\t' ? '\t' : ' ';
  }
  return indent;
}

}  // namespace

std::string to_text(const SourceLocation& location) {
  return location.line == 0 ? location.file : format("{}:{}", location.file, location.line);
}

std::string excerpt(const SourceLocation& location, std::string_view text, int length) {
  if (location.line == 0) return {};
  const auto line = line_of(text, location.line);
  if (!line) return {};
  const auto number = format("{}", location.line);
  const auto characters = static_cast<int>(std::ranges::count_if(*line, begins_character));
  const auto width = std::clamp(length, 1, std::max(1, characters - location.column + 1));
  return format("  {}:{}:{}\n    {} | {}\n    {} | {}^{}", location.file, location.line, location.column,
                number, *line, std::string(number.size(), ' '), indent_to(*line, location.column),
                std::string(static_cast<std::size_t>(width - 1), '~'));
}

}  // namespace lbundle
