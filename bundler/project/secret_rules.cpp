#include "project/secret_rules.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <stdexcept>

#include "model/text.hpp"
#include "project/embedded_rules.hpp"
#include "project/toml_document.hpp"

namespace lbundle {

namespace {

using Kind = TomlNode::Kind;

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

std::size_t count_of(std::string_view text) {
  std::size_t value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc() || end != text.data() + text.size())
    throw std::invalid_argument(format("'{}' is not a number", text));
  return value;
}

// Returns what `read` makes of each text of `key`; a mistake has the text's place.
template <typename Read>
auto read_texts(const TomlTable& table, const char* key, const Read& read) {
  std::vector<decltype(read(std::string()))> values;
  for (const auto* node : table.texts(key)) {
    try {
      values.push_back(read(node->text));
    } catch (const std::invalid_argument& mistake) {
      throw table.document().error(*node, mistake.what());
    }
  }
  return values;
}

const auto read_glob = [](const std::string& text) { return Glob(text); };
const auto read_pattern = [](const std::string& text) { return SecretPattern(text); };

// "30 82 ?? 02"
std::vector<std::optional<std::uint8_t>> read_bytes(std::string_view text) {
  std::vector<std::optional<std::uint8_t>> bytes;
  while (!text.empty()) {
    const auto word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    if (word == "??") {
      bytes.emplace_back();
      continue;
    }
    unsigned value = 0;
    const auto [end, failure] = std::from_chars(word.data(), word.data() + word.size(), value, 16);
    if (word.size() != 2 || failure != std::errc() || end != word.data() + word.size())
      throw std::invalid_argument(format("'{}' is not a byte in hexadecimal", word));
    bytes.emplace_back(static_cast<std::uint8_t>(value));
  }
  if (bytes.empty() || !bytes.front()) throw std::invalid_argument("the first byte must be given");
  return bytes;
}

std::string what_of(const TomlTable& table) {
  table.need("source", Kind::text);
  return table.need("what", Kind::text).text;
}

}  // namespace

SecretPattern::Part SecretPattern::place(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0)
    throw std::invalid_argument(format("'{{{}}}' is not {{SET:COUNT}}", text));
  Part part;
  const auto set = text.substr(0, colon);
  for (std::size_t i = 0; i < set.size(); ++i) {
    const auto first = static_cast<std::uint8_t>(set[i]);
    const bool range = i + 2 < set.size() && set[i + 1] == '-';
    const auto last = range ? static_cast<std::uint8_t>(set[i + 2]) : first;
    for (unsigned byte = first; byte <= last; ++byte) part.set.set(byte);
    if (range) i += 2;
  }
  const auto counts = text.substr(colon + 1);
  const auto dash = std::min(counts.find('-'), counts.size());
  part.least = count_of(counts.substr(0, dash));
  part.most = part.least;
  if (dash + 1 == counts.size()) part.most = std::numeric_limits<std::size_t>::max();
  if (dash + 1 < counts.size()) part.most = count_of(counts.substr(dash + 1));
  if (part.most < part.least || part.most == 0)
    throw std::invalid_argument(format("'{}' is not a count", counts));
  return part;
}

SecretPattern::SecretPattern(std::string_view pattern) {
  while (!pattern.empty()) {
    if (pattern.front() != '{') {
      const auto end = std::min(pattern.find('{'), pattern.size());
      parts_.push_back({std::string(pattern.substr(0, end)), {}, 0, 0});
      pattern.remove_prefix(end);
      continue;
    }
    const auto end = pattern.find('}');
    if (end == std::string_view::npos) throw std::invalid_argument("'{' has no '}'");
    parts_.push_back(place(pattern.substr(1, end - 1)));
    pattern.remove_prefix(end + 1);
  }
  if (parts_.empty() || parts_.front().literal.empty())
    throw std::invalid_argument("a pattern begins with text");
}

std::optional<std::size_t> SecretPattern::end_of_match(std::string_view text, std::size_t at) const {
  if (at > 0 && is_word(text[at]) && is_word(text[at - 1])) return std::nullopt;
  for (const auto& part : parts_) {
    if (!part.literal.empty()) {
      if (!text.substr(at).starts_with(part.literal)) return std::nullopt;
      at += part.literal.size();
      continue;
    }
    std::size_t taken = 0;
    while (taken < part.most && at + taken < text.size() &&
           part.set.test(static_cast<std::uint8_t>(text[at + taken])))
      ++taken;
    if (taken < part.least) return std::nullopt;
    at += taken;
  }
  const auto& last = parts_.back();
  if (at < text.size() && last.literal.empty() &&
      (is_word(text[at]) || last.set.test(static_cast<std::uint8_t>(text[at]))))
    return std::nullopt;
  return at;
}

std::optional<SecretPattern::Match> SecretPattern::find(std::string_view text, std::size_t from) const {
  const auto& start = parts_.front().literal;
  for (auto at = text.find(start, from); at != std::string_view::npos; at = text.find(start, at + 1))
    if (const auto end = end_of_match(text, at)) return Match{at, *end};
  return std::nullopt;
}

SecretRules parse_secret_rules(const std::string& file, const std::string& text) {
  const TomlDocument document(file, text);
  const TomlTable root(document, document.root(), {"public", "pem", "beginning", "token", "file", "name"});
  SecretRules rules;
  rules.text = text;
  if (const auto examples = root.table("public", {"texts", "reason", "source"}))
    rules.examples = examples->plain_texts("texts");
  for (const auto& table : root.tables("pem", {"what", "labels", "source"}))
    rules.pem.push_back({what_of(table), table.plain_texts("labels")});
  for (const auto& table : root.tables("beginning", {"what", "bytes", "source"}))
    rules.beginnings.push_back({what_of(table), read_texts(table, "bytes", [](const std::string& bytes) {
                                  return read_bytes(bytes);
                                })});
  for (const auto& table : root.tables("token", {"what", "patterns", "source"}))
    rules.tokens.push_back({what_of(table), read_texts(table, "patterns", read_pattern)});
  for (const auto& table : root.tables("file", {"what", "files", "has", "patterns", "source"})) {
    SecretFileRule rule{what_of(table), read_texts(table, "files", read_glob), table.plain_texts("has"),
                        read_texts(table, "patterns", read_pattern)};
    if (rule.has.empty() && rule.patterns.empty())
      throw document.error(table.node(), "neither 'has' nor 'patterns' says what the content is");
    rules.files.push_back(std::move(rule));
  }
  for (const auto& table : root.tables("name", {"files", "source"})) {
    table.need("source", Kind::text);
    for (auto& glob : read_texts(table, "files", read_glob)) rules.names.push_back(std::move(glob));
  }
  return rules;
}

const SecretRules& secret_rules() {
  static const auto rules = parse_embedded_rule_file("rules/secrets.toml", parse_secret_rules);
  return rules;
}

}  // namespace lbundle
