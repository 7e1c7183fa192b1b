#include "runs/describe_difference.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <string_view>

#include "model/error.hpp"
#include "model/text.hpp"
#include "runs/comparable_text.hpp"
#include "runs/compare_answers.hpp"

namespace lbundle {

namespace {

constexpr std::size_t most_bytes = 80;
// What is shown of a long text before the first difference.
constexpr std::size_t bytes_before = 24;
// Differences that are shown of one text that is JSON.
constexpr std::size_t most_within = 4;

bool continues_character(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

std::size_t common_prefix(std::string_view a, std::string_view b) {
  return static_cast<std::size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
}

std::size_t common_suffix(std::string_view a, std::string_view b) {
  std::size_t length = 0;
  while (length < std::min(a.size(), b.size()) && a[a.size() - 1 - length] == b[b.size() - 1 - length])
    ++length;
  return length;
}

// The surroundings of the byte `at`, as a JSON string with "…" where something is left out.
std::string around(std::string_view text, std::size_t at) {
  auto start = at > bytes_before ? at - bytes_before : 0;
  while (start > 0 && start < text.size() && continues_character(text[start])) --start;
  auto end = std::min(text.size(), start + most_bytes);
  while (end < text.size() && continues_character(text[end])) ++end;
  return (start > 0 ? "…" : "") + to_line(Json(std::string(text.substr(start, end - start)))) +
         (end < text.size() ? "…" : "");
}

std::optional<Json> json_in(const Json& value) {
  if (!value.is_string()) return std::nullopt;
  const auto& text = value.get_ref<const std::string&>();
  if (!text.starts_with('{') && !text.starts_with('[')) return std::nullopt;
  try {
    return parse_json_exactly(text, "a text");
  } catch (const Error&) {
    return std::nullopt;
  }
}

std::string describe_texts(const std::string& expected, const std::string& got) {
  const auto before = comparable_text(expected);
  const auto after = comparable_text(got);
  if (std::max(before.size(), after.size()) <= most_bytes)
    return format("{} instead of {}", to_line(Json(after)), to_line(Json(before)));
  const auto at = common_prefix(before, after);
  return format("from byte {}, {} instead of {}", at, around(after, at), around(before, at));
}

const Json* find_pointer(const Json& json, const std::string& pointer) {
  const Json::json_pointer where(pointer);
  return json.contains(where) ? &json.at(where) : nullptr;
}

// Returns the differences of two values that are both there, each with its place below `where`.
std::vector<std::string> describe_values(const std::string& where, const Json& expected, const Json& got) {
  const auto before = json_in(expected);
  const auto after = json_in(got);
  if (before && after) {
    std::vector<std::string> lines;
    for (const auto& pointer : differing_pointers(*before, *after)) {
      if (lines.size() == most_within) break;
      for (auto& line : describe_difference(pointer.empty() ? "/" : pointer, *before, *after))
        lines.push_back(format("{}, in its JSON {}", where, line));
    }
    if (!lines.empty()) return lines;
  }
  if (expected.is_string() && got.is_string())
    return {
        format("{}: {}", where,
               describe_texts(expected.get_ref<const std::string&>(), got.get_ref<const std::string&>()))};
  if (expected.is_array() && got.is_array() && expected.size() != got.size())
    return {format("{}: {} elements instead of {}: {} instead of {}", where, got.size(), expected.size(),
                   excerpt(got), excerpt(expected))};
  return {format("{}: {} instead of {}", where, excerpt(got), excerpt(expected))};
}

}  // namespace

std::string excerpt(const Json& value) {
  auto text =
      value.is_binary() ? std::string(value.get_binary().begin(), value.get_binary().end()) : to_line(value);
  if (text.size() <= most_bytes) return text;
  auto end = most_bytes;
  while (end > 0 && continues_character(text[end])) --end;
  return text.substr(0, end) + format("… ({} bytes)", text.size());
}

std::vector<std::string> describe_difference(const std::string& pointer, const Json& expected,
                                             const Json& got) {
  const auto root = pointer.empty() || pointer == "/";
  const auto* before = root ? &expected : find_pointer(expected, pointer);
  const auto* after = root ? &got : find_pointer(got, pointer);
  const auto where = pointer.empty() ? std::string("the answer") : pointer;
  if (before == nullptr) return {format("{}: only the bundle gives it: {}", where, excerpt(*after))};
  if (after == nullptr) return {format("{}: missing; unshrunk it was {}", where, excerpt(*before))};
  return describe_values(where, *before, *after);
}

std::string describe_new_line(const std::string& line, const std::vector<std::string>& known) {
  const std::string* nearest = nullptr;
  std::size_t most_common = 0;
  const auto form = comparable_text(line);
  for (const auto& each : known) {
    const auto other = comparable_text(each);
    const auto prefix = common_prefix(form, other);
    const auto suffix = std::min(common_suffix(form, other), std::min(form.size(), other.size()) - prefix);
    // At least half of both lines is the same.
    if (2 * (prefix + suffix) < std::max(form.size(), other.size()) || prefix + suffix <= most_common)
      continue;
    most_common = prefix + suffix;
    nearest = &each;
  }
  static constexpr std::size_t most_shown = 300;
  if (nearest == nullptr)
    return line.size() <= most_shown ? line
                                     : line.substr(0, most_shown) + format("… ({} bytes)", line.size());
  const Json before = *nearest, after = line;
  std::string text;
  for (const auto& each : describe_values("it differs from an unshrunk line", before, after))
    text += (text.empty() ? "" : "; ") + each;
  return format("{}: {}", around(line, 0), text);
}

}  // namespace lbundle
