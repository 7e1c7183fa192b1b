// A bundle is right if nobody outside sees a difference from the unshrunk tree. So everything that a caller
// or an operator sees is compared: the result, how the invocation ended, and what it wrote to the log. Some
// parts differ from run to run anyway, such as times and request ids. So the unshrunk runs are first compared
// with each other, and where they differ, the bundle may differ too. Rejected as the default: to compare
// texts byte by byte, because the order of keys in an object is not part of an answer.

#include "runs/compare_answers.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <iterator>
#include <optional>
#include <sstream>

#include "model/error.hpp"
#include "model/text.hpp"
#include "runs/comparable_text.hpp"
#include "runs/compare_written.hpp"
#include "runs/describe_difference.hpp"

namespace lbundle {

namespace {

std::string escape_pointer_token(const std::string& key) {
  std::string escaped;
  for (const char c : key) {
    if (c == '~') {
      escaped += "~0";
    } else if (c == '/') {
      escaped += "~1";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

// Returns the value's number; nothing if it is not a number. parse_json_exactly keeps integers of more than
// 64 bits as they were written, as binary values.
std::optional<long double> number_of(const Json& value) {
  if (value.is_binary()) {
    const auto& written = value.get_binary();
    return std::strtold(std::string(written.begin(), written.end()).c_str(), nullptr);
  }
  if (value.is_number_unsigned()) return static_cast<long double>(value.get<std::uint64_t>());
  if (value.is_number_integer()) return static_cast<long double>(value.get<std::int64_t>());
  if (value.is_number()) return static_cast<long double>(value.get<double>());
  return std::nullopt;
}

bool are_close(const Json& a, const Json& b, double tolerance) {
  const auto one = number_of(a);
  const auto other = number_of(b);
  if (!one || !other) return false;
  return std::abs(*one - *other) <=
         static_cast<long double>(tolerance) * std::max(std::abs(*one), std::abs(*other));
}

// Returns the JSON in a text; nothing if the text is not an array or object. An answer for API Gateway has
// such a text, the body, with the numbers in it.
std::optional<Json> json_within(const Json& value) {
  if (!value.is_string()) return std::nullopt;
  const auto& text = value.get_ref<const std::string&>();
  if (!text.starts_with('{') && !text.starts_with('[')) return std::nullopt;
  try {
    return parse_json_exactly(text, "a text");
  } catch (const Error&) {
    return std::nullopt;
  }
}

bool are_alike_within(const Json& a, const Json& b, double tolerance) {
  if (tolerance <= 0.0) return false;
  if (are_close(a, b, tolerance)) return true;
  const auto one = json_within(a);
  const auto other = json_within(b);
  return one && other && differing_pointers(*one, *other, tolerance).empty();
}

bool are_alike_texts(const Json& a, const Json& b) {
  return a.is_string() && b.is_string() &&
         comparable_text(a.get_ref<const std::string&>()) == comparable_text(b.get_ref<const std::string&>());
}

void collect_differences(const Json& a, const Json& b, double tolerance, const std::string& at,
                         std::set<std::string>& found) {
  if (a.is_object() && b.is_object()) {
    for (const auto& [key, value] : a.items()) {
      const auto below = at + '/' + escape_pointer_token(key);
      const auto other = b.find(key);
      if (other == b.end()) {
        found.insert(below);
      } else {
        collect_differences(value, *other, tolerance, below, found);
      }
    }
    for (const auto& [key, value] : b.items()) {
      if (!a.contains(key)) found.insert(at + '/' + escape_pointer_token(key));
    }
  } else if (a.is_array() && b.is_array() && a.size() == b.size()) {
    for (std::size_t i = 0; i < a.size(); ++i)
      collect_differences(a[i], b[i], tolerance, format("{}/{}", at, i), found);
  } else if ((a.type() != b.type() || a != b) && !are_alike_texts(a, b) &&
             !are_alike_within(a, b, tolerance)) {
    found.insert(at);
  }
}

bool is_at_or_below(const std::string& pointer, const std::string& ancestor) {
  return pointer == ancestor || (pointer.starts_with(ancestor) && pointer[ancestor.size()] == '/');
}

bool is_left_out(const std::string& pointer, const Event& event, const std::set<std::string>& unstable) {
  const auto covers = [&](const std::string& ancestor) { return is_at_or_below(pointer, ancestor); };
  return std::ranges::any_of(event.ignore, covers) || std::ranges::any_of(unstable, covers);
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_hexadecimal(std::string_view word) {
  return word.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

// True for an address ("0x7f3a") or an id ("9b1deb4d").
bool is_hexadecimal_number(std::string_view word) {
  static constexpr std::size_t shortest_id = 8;
  if (word.starts_with("0x")) return is_hexadecimal(word.substr(2));
  return word.size() >= shortest_id && std::ranges::any_of(word, is_digit) && is_hexadecimal(word);
}

// Returns the length of the UUID (RFC 9562, section 4) at the start of `line`; 0 if there is none.
std::size_t uuid_length(std::string_view line) {
  static constexpr std::string_view form = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  if (line.size() < form.size()) return 0;
  for (std::size_t i = 0; i < form.size(); ++i) {
    if (form[i] == '-' ? line[i] != '-' : !is_hexadecimal(line.substr(i, 1))) return 0;
  }
  return form.size();
}

std::vector<std::string> log_lines_of(const Answer& answer) {
  std::vector<std::string> lines;
  std::string_view rest = answer.end.error_output;
  while (!rest.empty()) {
    const auto newline = rest.find('\n');
    const auto line = rest.substr(0, newline);
    // Python's warnings quote their line of source, indented. A bundle without sources cannot quote it, so
    // these lines are not compared.
    const bool quoted_source = line.starts_with("  ");
    if (!line.empty() && !quoted_source) lines.emplace_back(line);
    if (newline == std::string_view::npos) break;
    rest.remove_prefix(newline + 1);
  }
  return lines;
}

std::string ending_of(const Answer& answer) {
  if (answer.returned && answer.end.succeeded()) return "an answer";
  if (answer.returned || answer.error_type.empty()) return describe(answer.end);
  return answer.error_type + ": " + answer.error_message;
}

// Lambda's form of an error that a handler raises, without the stack.
// Source: "Lambda function errors in Python", AWS Lambda developer guide.
Json error_json(const Answer& answer) {
  return {{"errorType", answer.error_type}, {"errorMessage", answer.error_message}};
}

// What the caller gets.
std::string payload_of(const Answer& answer) {
  return answer.raised ? to_line(error_json(answer)) : answer.result;
}

// Returns the result, or the raised error, as JSON; nothing if it is not valid JSON. Python writes NaN and
// Infinity, which are not.
std::optional<Json> json_of(const Answer& answer) {
  if (answer.raised) return error_json(answer);
  try {
    return parse_json_exactly(answer.result, "an answer");
  } catch (const Error&) {
    return std::nullopt;
  }
}

void compare_bytes(const Reference& expected, const Answer& got, std::vector<std::string>& lines) {
  const auto before = payload_of(expected.answer);
  const auto after = payload_of(got);
  if (!expected.stable_bytes || before == after) return;
  const auto at = std::ranges::mismatch(before, after).in1 - before.begin();
  lines.push_back(format("the answer's {} bytes differ from the {} unshrunk, first at byte {}", after.size(),
                         before.size(), at));
}

void compare_tmp(const Reference& expected, const Answer& got, std::vector<std::string>& lines) {
  const auto& before = expected.answer.left_in_tmp;
  const auto& after = got.left_in_tmp;
  for (const auto& [path, content] : before) {
    const auto found = after.find(path);
    if (expected.unstable_in_tmp.contains(path)) continue;
    if (found == after.end()) {
      lines.push_back(format("/tmp/{}: missing", path));
    } else if (found->second != content) {
      lines.push_back(format("/tmp/{}: different content", path));
    }
  }
  for (const auto& [path, content] : after) {
    if (!before.contains(path) && !expected.unstable_in_tmp.contains(path))
      lines.push_back(format("/tmp/{}: only the bundle leaves it", path));
  }
}

void compare_json(const Reference& expected, const Answer& got, const Event& event,
                  std::vector<std::string>& lines) {
  const auto before = json_of(expected.answer);
  const auto after = json_of(got);
  if (!before || !after) return compare_bytes(expected, got, lines);
  for (const auto& pointer : differing_pointers(*before, *after, event.tolerance)) {
    if (!is_left_out(pointer, event, expected.unstable))
      std::ranges::move(describe_difference(pointer, *before, *after), std::back_inserter(lines));
  }
}

void compare_status(const Answer& expected, const Answer& got, std::vector<std::string>& lines) {
  const auto* key = expected.raised ? "errorType" : "statusCode";
  const auto status_of = [key](const Answer& answer) {
    const auto json = json_of(answer);
    return json && json->is_object() && json->contains(key) ? json->at(key) : Json();
  };
  const auto before = status_of(expected);
  const auto after = status_of(got);
  if (before != after) lines.push_back(format("{}: {} instead of {}", key, excerpt(after), excerpt(before)));
}

void compare_results(const Reference& expected, const Answer& got, const Event& event,
                     std::vector<std::string>& lines) {
  switch (event.compare) {
    case Compare::json:
      return compare_json(expected, got, event, lines);
    case Compare::bytes:
      return compare_bytes(expected, got, lines);
    case Compare::status:
      return compare_status(expected.answer, got, lines);
    case Compare::none:
      return;
  }
}

void compare_logs(const Reference& expected, const Answer& got, std::vector<std::string>& lines) {
  std::map<std::string, std::string> written;  // a line that is written a hundred times is one difference
  std::vector<std::string> order;
  for (const auto& line : log_lines_of(got)) {
    auto form = normalised(line);
    if (written.emplace(form, line).second) order.push_back(std::move(form));
  }
  std::vector<std::string> only_unshrunk;
  for (const auto& [form, line] : expected.log_lines)
    if (!written.contains(form)) only_unshrunk.push_back(line);
  std::vector<std::string> asked_for;
  for (const auto& form : order) {
    if (expected.log_lines.contains(form)) continue;
    const auto& line = written.at(form);
    if (is_dropped_notice(line)) {
      asked_for.push_back("new on stderr: " + line);
    } else {
      lines.push_back("new on stderr: " + describe_new_line(line, only_unshrunk));
    }
  }
  // The bundle's own lines about dropped files may explain a difference. They are not differences themselves.
  if (!lines.empty()) std::ranges::move(asked_for, std::back_inserter(lines));
}

}  // namespace

std::string normalised(std::string_view written) {
  const auto comparable = comparable_text(written);
  std::string_view line = comparable;
  std::string text;
  const auto add_number = [&text] {
    if (!text.ends_with('#')) text += '#';
  };
  while (!line.empty()) {
    if (const auto length = uuid_length(line); length > 0) {
      add_number();
      line.remove_prefix(length);
      continue;
    }
    const auto end = std::ranges::find_if_not(line, [](char c) { return is_digit(c) || is_letter(c); });
    const auto word = line.substr(0, static_cast<std::size_t>(end - line.begin()));
    if (is_hexadecimal_number(word)) {
      add_number();
    } else {
      for (const char c : word) is_digit(c) ? add_number() : text.push_back(c);
    }
    line.remove_prefix(word.size());
    if (line.empty()) break;
    text += line.front();
    line.remove_prefix(1);
  }
  return text;
}

bool is_dropped_notice(std::string_view line) {
  return line.starts_with("lbundle dropped ");
}

std::vector<std::string> dropped_notices_in(const std::string& log) {
  std::vector<std::string> notices;
  std::istringstream lines(log);
  for (std::string line; std::getline(lines, line);)
    if (is_dropped_notice(line)) notices.push_back(line);
  return notices;
}

std::set<std::string> differing_pointers(const Json& a, const Json& b, double tolerance) {
  std::set<std::string> found;
  collect_differences(a, b, tolerance, "", found);
  return found;
}

Reference reference_of(const std::vector<Answer>& answers) {
  Reference reference;
  reference.answer = answers.front();
  for (const auto& answer : answers) {
    reference.written.push_back(answer.written);
    for (const auto& line : log_lines_of(answer)) reference.log_lines.emplace(normalised(line), line);
    for (const auto& [path, content] : answer.left_in_tmp) {
      const auto first = reference.answer.left_in_tmp.find(path);
      if (first == reference.answer.left_in_tmp.end() || first->second != content)
        reference.unstable_in_tmp.insert(path);
    }
    for (const auto& [path, content] : reference.answer.left_in_tmp)
      if (!answer.left_in_tmp.contains(path)) reference.unstable_in_tmp.insert(path);
    if (payload_of(answer) == payload_of(reference.answer)) continue;
    reference.stable_bytes = false;
    const auto first = json_of(reference.answer);
    const auto other = json_of(answer);
    if (first && other) reference.unstable.merge(differing_pointers(*first, *other));
  }
  return reference;
}

bool compares_nothing(const Reference& reference) {
  return reference.unstable.contains("") || (!reference.stable_bytes && !json_of(reference.answer));
}

std::vector<std::string> differences(const Reference& expected, const Answer& got, const Event& event) {
  std::vector<std::string> lines;
  // An expected error is a result, and its parts are compared like those of an answer.
  const bool both_raised = event.expect == Expect::error && expected.answer.raised && got.raised;
  const auto before = both_raised ? describe(expected.answer.end) : ending_of(expected.answer);
  const auto after = both_raised ? describe(got.end) : ending_of(got);
  if (before != after) {
    lines.push_back(format("ended with {} instead of {}", after, before));
  } else if (got.returned || both_raised) {
    compare_results(expected, got, event, lines);
    if (event.compare_tmp) compare_tmp(expected, got, lines);
    std::ranges::move(written_differences(expected.written, got.written, event.ignore_written),
                      std::back_inserter(lines));
  }
  compare_logs(expected, got, lines);
  return lines;
}

}  // namespace lbundle
