#include "project/version_specifier.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace lbundle {

namespace {

// A version as numbers that compare in PEP 440's order: the release, then the phase before or after it.
struct Version {
  std::vector<int> release;  // without trailing zeros, because 1.9 equals 1.9.0
  int phase = 0;             // -4 dev of the release, -3 alpha, -2 beta, -1 candidate, 0 the release, 1 post
  int number = 0;            // of the phase

  std::weak_ordering operator<=>(const Version&) const = default;
};

std::optional<int> take_number(std::string_view& text) {
  int number = 0;
  const auto [end, mistake] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (mistake != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

std::string take_letters(std::string_view& text) {
  while (!text.empty() && (text.front() == '.' || text.front() == '-' || text.front() == '_'))
    text.remove_prefix(1);
  std::string letters;
  while (!text.empty() && ((text.front() | 0x20) >= 'a' && (text.front() | 0x20) <= 'z')) {
    letters += static_cast<char>(text.front() | 0x20);
    text.remove_prefix(1);
  }
  return letters;
}

std::optional<int> phase_of(std::string_view letters) {
  static constexpr std::array<std::pair<std::string_view, int>, 9> phases{{{"dev", -4},
                                                                           {"a", -3},
                                                                           {"alpha", -3},
                                                                           {"b", -2},
                                                                           {"beta", -2},
                                                                           {"rc", -1},
                                                                           {"c", -1},
                                                                           {"post", 1},
                                                                           {"", 1}}};
  const auto found = std::ranges::find(phases, letters, &std::pair<std::string_view, int>::first);
  return found == phases.end() ? std::nullopt : std::optional(found->second);
}

std::optional<Version> parse(std::string_view text) {
  text = text.substr(0, text.find('+'));
  if (text.starts_with('v')) text.remove_prefix(1);
  if (text.find('*') != std::string_view::npos) return std::nullopt;
  Version version;
  auto number = take_number(text);
  if (!number) return std::nullopt;
  version.release.push_back(*number);
  while (text.size() > 1 && text.front() == '.' && text[1] >= '0' && text[1] <= '9') {
    text.remove_prefix(1);
    version.release.push_back(*take_number(text));
  }
  while (version.release.size() > 1 && version.release.back() == 0) version.release.pop_back();
  if (text.empty()) return version;
  // If there are several phases ("1.0a1.dev3"), the first decides. The rules never need the others.
  const auto phase = phase_of(take_letters(text));
  if (!phase) return std::nullopt;
  version.phase = *phase;
  version.number = take_number(text).value_or(0);
  return version;
}

// True if `version` begins with all numbers of `prefix` ("1.2" for "==1.2.*"). Missing numbers count as 0.
bool has_release_prefix(const Version& version, std::string_view prefix) {
  std::size_t at = 0;
  while (!prefix.empty()) {
    const auto number = take_number(prefix);
    if (!number) return false;
    if (*number != (at < version.release.size() ? version.release[at] : 0)) return false;
    ++at;
    if (prefix.starts_with('.')) prefix.remove_prefix(1);
  }
  return true;
}

struct Clause {
  std::string_view comparison, version;
};

std::string_view trim(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

std::optional<Clause> parse_clause(std::string_view text) {
  text = trim(text);
  for (const std::string_view comparison : {">=", "<=", "==", "!=", "~=", ">", "<"}) {
    if (!text.starts_with(comparison)) continue;
    Clause clause{comparison, trim(text.substr(comparison.size()))};
    auto plain = clause.version;
    if (plain.ends_with(".*") && (comparison == "==" || comparison == "!=")) plain.remove_suffix(2);
    if (!parse(plain) || (comparison == "~=" && plain.find('.') == std::string_view::npos))
      return std::nullopt;
    return clause;
  }
  return std::nullopt;
}

bool holds(const Clause& clause, const Version& version) {
  const auto& [comparison, text] = clause;
  if (text.ends_with(".*")) {
    const bool same = has_release_prefix(version, text.substr(0, text.size() - 2));
    return same == (comparison == "==");
  }
  const auto order = version <=> *parse(text);
  if (comparison == ">=") return order >= 0;
  if (comparison == "<=") return order <= 0;
  if (comparison == ">") return order > 0;
  if (comparison == "<") return order < 0;
  if (comparison == "==") return order == 0;
  if (comparison == "!=") return order != 0;
  return order >= 0 && has_release_prefix(version, text.substr(0, text.rfind('.')));  // ~=
}

// The clauses, or nothing if one of them is not valid.
std::optional<std::vector<Clause>> parse_clauses(std::string_view specifier) {
  std::vector<Clause> clauses;
  while (!trim(specifier).empty()) {
    const auto comma = specifier.find(',');
    const auto clause = parse_clause(specifier.substr(0, comma));
    if (!clause) return std::nullopt;
    clauses.push_back(*clause);
    specifier = comma == std::string_view::npos ? std::string_view{} : specifier.substr(comma + 1);
  }
  return clauses;
}

}  // namespace

std::weak_ordering compare_versions(std::string_view a, std::string_view b) {
  const auto first = parse(a), second = parse(b);
  if (first && second) return *first <=> *second;
  return first.has_value() <=> second.has_value();
}

bool is_version_specifier(std::string_view specifier) {
  return parse_clauses(specifier).has_value();
}

bool version_matches(std::string_view version, std::string_view specifier) {
  const auto clauses = parse_clauses(specifier);
  if (!clauses) return false;
  if (clauses->empty()) return true;
  const auto parsed = parse(version);
  return parsed &&
         std::ranges::all_of(*clauses, [&](const Clause& clause) { return holds(clause, *parsed); });
}

}  // namespace lbundle
