#include "preflight/event_files.hpp"

#include <algorithm>

#include "json/json.hpp"
#include "model/terminal_text.hpp"
#include "model/text.hpp"
#include "os/bytes.hpp"

namespace lbundle {

namespace {

// As much of a line as a terminal shows.
constexpr std::size_t most_shown = 72;

// The line, and below it a caret at the column.
std::string excerpt(const std::string& text, const JsonMistake& mistake) {
  std::size_t begin = 0;
  for (std::size_t line = 1; line < mistake.line; ++line) begin = text.find('\n', begin) + 1;
  const auto line = text.substr(begin, std::min(text.find('\n', begin), text.size()) - begin);
  const auto column = mistake.column - 1;
  const auto from = column > most_shown / 2 ? column - most_shown / 2 : 0;
  const auto before = printable(line.substr(from, column - from));
  const auto shown = before + printable(line.substr(std::min(column, line.size()), most_shown / 2));
  return format("  {}\n  {}^\n", shown, std::string(before.size(), ' '));
}

std::string hint_for(const std::string& text) {
  if (trimmed(text).empty()) return "Lambda accepts only JSON as an event; `{}` is the smallest one";
  if (text.starts_with("\xef\xbb\xbf")) return "it begins with a byte order mark: write it without one";
  if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff")) return "it is UTF-16: write it as UTF-8";
  return "Lambda accepts only JSON as an event: correct the file, or leave it out of `files` in [[event]]";
}

}  // namespace

std::optional<Error> fault_of_event(const std::string& name, const std::string& text) {
  const auto mistake = mistake_in_json(text);
  if (!mistake) return std::nullopt;
  return Error("read", name, format("line {}, column {}: not valid JSON", mistake->line, mistake->column),
               hint_for(text))
      .with_detail(trimmed(text).empty() ? "" : excerpt(text, *mistake));
}

std::optional<Error> fault_of_events(const std::vector<Event>& events, const HostPath& folder) {
  for (const auto& event : events) {
    const auto inside = event.file.lexically_relative(folder).string();
    try {
      auto fault = fault_of_event(inside.empty() ? event.file.string() : inside, read_text_file(event.file));
      if (fault) return fault;
    } catch (const Error& error) {
      return error;
    }
  }
  return std::nullopt;
}

}  // namespace lbundle
