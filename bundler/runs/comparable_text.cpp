// The problem: a bundle has bytecode in place of most sources, so Python cannot quote the lines of a
// traceback. On stderr that is easy to leave out. But a function may log a traceback as a field of JSON, or
// answer with one. Then the quoted lines are in the middle of a string, and a right bundle would be refused.
//
// The idea: only what has the exact form of a traceback's frame loses the lines below it, and each string
// literal of JSON is looked at by itself, so that nothing beside a traceback is ever left out. Rejected: to
// leave out every string that contains a traceback, because the message in it may be wrong; to show the
// sources while the bundle is verified, because that is not what is published.
#include "runs/comparable_text.hpp"

#include <algorithm>
#include <cctype>
#include <optional>
#include <vector>

#include "model/text.hpp"

namespace lbundle {

namespace {

constexpr std::string_view indentation_characters = " |";  // exception groups have bars in front
// A frame may also be the beginning of a string or of a list of strings.
constexpr std::string_view before_a_frame = " |'\"[(";

std::size_t indentation_of(std::string_view line) {
  const auto found = line.find_first_not_of(indentation_characters);
  return found == std::string_view::npos ? line.size() : found;
}

bool is_number(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](unsigned char c) { return std::isdigit(c) != 0; });
}

// A line `File "PATH", line N, in NAME`, taken apart.
struct Frame {
  std::string_view before, path, number, after;
  std::size_t indentation = 0;
};

std::optional<Frame> frame_at(std::string_view line, std::size_t at) {
  static constexpr std::string_view start = "File \"", middle = "\", line ";
  if (at >= line.size() || !line.substr(at).starts_with(start)) return std::nullopt;
  const auto end = line.find(middle, at + start.size());
  if (end == std::string_view::npos) return std::nullopt;
  const auto number = end + middle.size();
  const auto comma = std::min(line.find(',', number), line.size());
  if (!is_number(line.substr(number, comma - number))) return std::nullopt;
  return Frame{line.substr(0, at + start.size()), line.substr(at + start.size(), end - at - start.size()),
               line.substr(number, comma - number), line.substr(comma), at};
}

std::optional<Frame> frame_in(std::string_view line) {
  return frame_at(line, line.find_first_not_of(before_a_frame));
}

// A frame with the name of a function, anywhere in a line.
std::optional<Frame> frame_anywhere_in(std::string_view line) {
  auto frame = frame_at(line, line.find("File \""));
  return frame && frame->after.starts_with(", in ") ? frame : std::nullopt;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (true) {
    const auto newline = text.find('\n');
    lines.push_back(text.substr(0, newline));
    if (newline == std::string_view::npos) return lines;
    text.remove_prefix(newline + 1);
  }
}

// Which lines below a frame are source: all that are indented further, or all of them but a last one that no
// line feed ends, because what follows it on the same line may be something else.
enum class LastLine { source, unknown };

std::string without_sources(std::string_view text, LastLine last) {
  std::string result;
  const auto lines = lines_of(text);
  std::optional<std::size_t> frame_indentation;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto line = lines[i];
    const bool is_last = i + 1 == lines.size();
    if (const auto frame = frame_in(line)) {
      frame_indentation = frame->indentation;
      const bool generated = frame->path.starts_with('<');
      result += format("{}{}\", line {}{}", frame->before, frame->path,
                       generated ? std::string_view("#") : frame->number, frame->after);
    } else if (frame_indentation && indentation_of(line) > *frame_indentation && !line.empty() &&
               (!is_last || last == LastLine::source)) {
      continue;
    } else {
      frame_indentation.reset();
      result += line;
    }
    if (!is_last) result += '\n';
  }
  // Without its source, the last frame may or may not end its line.
  if (frame_indentation && last == LastLine::source)
    while (result.ends_with('\n')) result.pop_back();
  return result;
}

char meaning_of(char escaped) {
  switch (escaped) {
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return escaped;
  }
}

// Returns `text` with its escape sequences replaced, but not those of characters by number.
std::string unescaped(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_escape = text[i] == '\\' && i + 1 < text.size() && text[i + 1] != 'u' && text[i + 1] != 'x';
    result += is_escape ? meaning_of(text[++i]) : text[i];
  }
  return result;
}

// Applies comparable_text to each string literal of JSON in `text`.
std::string with_comparable_literals(std::string_view text) {
  std::string result;
  while (true) {
    const auto open = text.find('"');
    if (open == std::string_view::npos) break;
    auto close = open + 1;
    while (close < text.size() && text[close] != '"') close += text[close] == '\\' ? 2 : 1;
    if (close >= text.size()) break;
    const auto literal = text.substr(open + 1, close - open - 1);
    result += text.substr(0, open + 1);
    result += literal.find('\\') == std::string_view::npos ? std::string(literal)
                                                           : comparable_text(unescaped(literal));
    result += '"';
    text.remove_prefix(close + 1);
  }
  result += text;
  return result;
}

std::string without_tracebacks(std::string_view text) {
  static constexpr auto nowhere = std::string_view::npos;
  if (text.find("File \\\"") != nowhere || text.find("File \\\\") != nowhere)
    return with_comparable_literals(text);
  if (text.find("File \"") == nowhere) return std::string(text);
  // The text of a string as Python shows it has the line feeds as "\n".
  if (text.find('\n') == nowhere && text.find("\\n") != nowhere)
    return without_sources(unescaped(text), LastLine::unknown);
  return without_sources(text, LastLine::source);
}

bool is_hexadecimal_digit(char c) {
  return std::isxdigit(static_cast<unsigned char>(c)) != 0;
}

// True if a "<" before `at` on the same line has its ">" after `at`. An arrow "->" is not a bracket.
bool is_in_angle_brackets(std::string_view text, std::size_t at) {
  int depth = 0;
  const auto line_end = std::min(text.find('\n', at), text.size());
  const auto line_start = text.rfind('\n', at);
  for (auto i = line_start == std::string_view::npos ? 0 : line_start + 1; i < at; ++i) {
    if (text[i] == '<') ++depth;
    if (text[i] == '>' && depth > 0 && text[i - 1] != '-') --depth;
  }
  return depth > 0 && text.substr(at, line_end - at).find('>') != std::string_view::npos;
}

std::string without_addresses(std::string_view text) {
  static constexpr std::string_view mark = " at 0x";
  static constexpr std::size_t fewest_digits = 6;
  std::string result;
  std::size_t done = 0;
  for (auto at = text.find(mark); at != std::string_view::npos; at = text.find(mark, at + 1)) {
    const auto digits = at + mark.size();
    auto end = digits;
    while (end < text.size() && is_hexadecimal_digit(text[end])) ++end;
    if (end - digits < fewest_digits || !is_in_angle_brackets(text, at)) continue;
    result += text.substr(done, digits - done);
    result += '#';
    done = end;
  }
  result += text.substr(done);
  return result;
}

// Returns `text` without the places in generated code that stacks of Node.js name: "<anonymous>:3:5".
std::string without_generated_places(std::string_view text) {
  static constexpr std::string_view mark = "<anonymous>:";
  std::string result;
  std::size_t done = 0;
  for (auto at = text.find(mark); at != std::string_view::npos; at = text.find(mark, at + 1)) {
    const auto start = at + mark.size();
    auto end = start;
    while (end < text.size() &&
           (std::isdigit(static_cast<unsigned char>(text[end])) != 0 || text[end] == ':'))
      ++end;
    result += text.substr(done, start - done);
    result += '#';
    done = end;
  }
  result += text.substr(done);
  return result;
}

// A line of a stack of Node.js: "    at f (/var/task/a.js:3:5)".
bool is_node_frame(std::string_view line) {
  const auto at = line.find_first_not_of(" \t");
  if (at == std::string_view::npos || at == 0 || !line.substr(at).starts_with("at ")) return false;
  if (line.ends_with(')')) line.remove_suffix(1);
  for (int numbers = 0; numbers < 2; ++numbers) {
    const auto colon = line.rfind(':');
    if (colon == std::string_view::npos || !is_number(line.substr(colon + 1))) return false;
    line = line.substr(0, colon);
  }
  return true;
}

// The text with real line feeds, whatever wrote it: JSON, JSON in JSON, or the client of Node.js, which puts
// carriage returns between the lines of one message.
std::string with_real_lines(std::string_view log) {
  static constexpr int most_levels = 3;
  std::string text(log);
  for (int level = 0; level < most_levels && text.find("\\n") != std::string::npos; ++level)
    text = unescaped(text);
  std::ranges::replace(text, '\r', '\n');
  return text;
}

}  // namespace

std::string comparable_text(std::string_view text) {
  return without_generated_places(without_addresses(without_tracebacks(text)));
}

std::string logged_failure(std::string_view log) {
  const auto text = with_real_lines(log);
  std::string_view message;  // the last line that is no frame
  std::optional<std::size_t> frame_indentation;
  for (const auto line : lines_of(text)) {
    if (const auto frame = frame_anywhere_in(line)) {
      frame_indentation = frame->indentation;
    } else if (frame_indentation && !line.empty() && indentation_of(line) <= *frame_indentation) {
      if (indentation_of(line) < *frame_indentation && line.find(": ") != std::string_view::npos &&
          !line.starts_with('"'))
        return std::string(line);
      return "a traceback";
    }
    // console.trace() writes a stack, and is no failure.
    const bool traced = message.find("\tTRACE\t") != std::string_view::npos || message.starts_with("Trace");
    if (is_node_frame(line) && !traced) {
      const auto tab = message.rfind('\t');
      return std::string(tab == std::string_view::npos ? message : message.substr(tab + 1));
    }
    if (!is_node_frame(line)) message = line;
  }
  return frame_indentation ? "a traceback" : "";
}

}  // namespace lbundle
