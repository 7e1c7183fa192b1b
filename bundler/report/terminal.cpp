#include "report/terminal.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "model/text.hpp"

namespace lbundle {

namespace {

bool starts_character(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
}

// True for the combining diacritical marks U+0300 to U+036F. They are the only zero-width characters that are
// known to occur in names (macOS decomposes accents).
bool starts_combining_mark(std::string_view rest) {
  const auto first = static_cast<unsigned char>(rest[0]);
  if (rest.size() < 2 || (first != 0xCC && first != 0xCD)) return false;
  return first == 0xCC || static_cast<unsigned char>(rest[1]) < 0xB0;
}

const char* escape_of(Role role) {
  switch (role) {
    case Role::plain:
      return "";
    case Role::heading:
    case Role::strong:
      return "\x1b[1m";
    case Role::faint:
      return "\x1b[2m";
    case Role::good:
      return "\x1b[32m";
    case Role::warning:
      return "\x1b[33m";
    case Role::bad:
      return "\x1b[31m";
  }
  return "";
}

std::string repeated(std::string_view text, std::size_t times) {
  std::string result;
  for (std::size_t i = 0; i < times; ++i) result += text;
  return result;
}

// The byte at which character number `count` begins.
std::size_t offset_of(std::string_view text, std::size_t count) {
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    if (!starts_character(text[at])) continue;
    if (count == 0) break;
    --count;
  }
  return at;
}

std::vector<std::size_t> column_widths(const std::vector<std::vector<Cell>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], display_width(row[i].text));
  }
  return widths;
}

// Makes the first column as narrow as necessary, but never so narrow that names cannot be recognised.
void fit_to(std::vector<std::size_t>& widths, std::size_t available) {
  static constexpr std::size_t gap = 2;
  static constexpr std::size_t least = 12;
  std::size_t total = 0;
  for (const auto width : widths) total += width == 0 ? 0 : width + gap;
  if (widths.empty() || total <= available + gap) return;
  const auto excess = total - gap - available;
  widths[0] = std::max(std::min(least, widths[0]), widths[0] - std::min(excess, widths[0]));
}

std::string without_trailing_spaces(std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

}  // namespace

std::size_t display_width(std::string_view text) {
  std::size_t columns = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (starts_character(text[i]) && !starts_combining_mark(text.substr(i))) ++columns;
  }
  return columns;
}

std::string shortened(const std::string& text, std::size_t columns, bool unicode) {
  const std::string ellipsis = unicode ? "…" : "...";
  const auto width = display_width(text);
  const auto taken = display_width(ellipsis);
  if (width <= columns || columns <= taken) return text;
  const auto kept = columns - taken;
  const auto front = kept / 3;
  return text.substr(0, offset_of(text, front)) + ellipsis +
         text.substr(offset_of(text, width - (kept - front)));
}

std::vector<std::string> wrapped(const std::string& text, std::size_t columns) {
  std::vector<std::string> lines;
  std::string line;
  std::size_t at = 0;
  while (at < text.size()) {
    const auto space = std::min(text.find(' ', at), text.size());
    const auto word = text.substr(at, space - at);
    at = space + 1;
    if (word.empty()) continue;
    if (!line.empty() && display_width(line) + 1 + display_width(word) > columns) {
      lines.push_back(std::move(line));
      line.clear();
    }
    line += line.empty() ? word : ' ' + word;
  }
  if (!line.empty()) lines.push_back(std::move(line));
  return lines;
}

Painter::Painter(const TextStyle& style) : style_(style) {
  style_.width = std::max(style_.width, 50);
}

std::string Painter::paint(const std::string& text, Role role) const {
  if (!style_.color || role == Role::plain || text.empty()) return text;
  return escape_of(role) + text + "\x1b[0m";
}

std::string Painter::bar(double share, std::size_t columns) const {
  static constexpr std::array<std::string_view, 8> parts = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  if (!(share > 0.0)) return {};
  const auto eighths = static_cast<std::size_t>(
      std::lround(std::min(share, 1.0) * static_cast<double>(columns * parts.size())));
  if (!style_.unicode) return std::string(std::max<std::size_t>(1, (eighths + 4) / 8), '#');
  if (eighths == 0) return "▏";
  return repeated("█", eighths / 8) + std::string(parts.at(eighths % 8));
}

std::string Painter::gauge(double share, std::size_t columns, Role role) const {
  const auto full = bar(share, columns);
  const auto rest = columns - std::min(columns, display_width(full));
  const auto empty = style_.unicode ? repeated("░", rest) : std::string(rest, '.');
  const auto text = paint(full, role) + paint(empty, Role::faint);
  return style_.unicode ? text : '[' + text + ']';
}

std::string Painter::paragraph(std::size_t indent, const std::string& first, const std::string& text,
                               Role role) const {
  const auto hanging = indent + display_width(first);
  const auto columns = width() > hanging + 20 ? width() - hanging : 20;
  std::string lines;
  bool is_first = true;
  for (const auto& line : wrapped(text, columns)) {
    lines += is_first ? std::string(indent, ' ') + first : std::string(hanging, ' ');
    lines += paint(line, role) + '\n';
    is_first = false;
  }
  return lines;
}

std::string table(const Painter& painter, const std::vector<std::vector<Cell>>& rows, std::size_t indent) {
  auto widths = column_widths(rows);
  fit_to(widths, painter.width() - std::min(painter.width(), indent));
  std::string lines;
  for (const auto& row : rows) {
    std::string line(indent, ' ');
    bool is_first = true;
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (widths[i] == 0) continue;
      if (!is_first) line += "  ";
      is_first = false;
      const auto text = i == 0 ? shortened(row[i].text, widths[0], painter.style().unicode) : row[i].text;
      const std::string padding(widths[i] - std::min(widths[i], display_width(text)), ' ');
      line += row[i].right ? padding : "";
      line += painter.paint(text, row[i].role);
      line += row[i].right ? "" : padding;
    }
    lines += without_trailing_spaces(std::move(line)) + '\n';
  }
  return lines;
}

}  // namespace lbundle
