// The problem: a key beside the handler goes into the zip, and from there to everyone who may read the
// function. A list of file names finds few of them, because a key may have any name.
//
// The idea: the content tells. Keys and tokens have published forms, and rules/secrets.toml has these. Only
// the function's own files are searched, when they are copied into the staged tree and their bytes are in
// memory anyway; the result stays in the tree's index, so a file is read again only if it changes.
//
// Rejected: entropy, because it is as high in hashes, tables and test data; searching packages, because what
// is on PyPI or npm is public, and their test keys would be reported in every build.
#include "staging/secret_search.hpp"

#include <algorithm>

namespace lbundle {

namespace {

constexpr std::size_t most_searched = 4U << 20;
constexpr std::size_t least_key = 16;  // characters of base64; the shortest key has 64

bool is_text(std::string_view content) {
  constexpr std::size_t sample = 4096;
  return content.substr(0, sample).find('\0') == std::string_view::npos;
}

int line_of(std::string_view text, std::size_t at) {
  return 1 + static_cast<int>(std::ranges::count(text.substr(0, at), '\n'));
}

bool is_base64(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' || c == '/' ||
         c == '=';
}

// True if a key begins here: base64, in lines or with "\n" as JSON and code write it, or one of PEM's
// headers.
bool begins_as_key(std::string_view text) {
  std::size_t letters = 0;
  while (!text.empty() && letters < least_key) {
    if (text.starts_with("\\n") || text.starts_with("\\r")) {
      text.remove_prefix(2);
    } else if (text.front() == '\n' || text.front() == '\r' || text.front() == ' ' || text.front() == '\t') {
      text.remove_prefix(1);
    } else if (letters == 0 && (text.starts_with("Proc-Type:") || text.starts_with("Comment:") ||
                                text.starts_with("Version:"))) {
      return true;
    } else if (is_base64(text.front())) {
      text.remove_prefix(1);
      ++letters;
    } else {
      return false;
    }
  }
  return letters == least_key;
}

// Where a key in PEM begins that has this label. Code may name the line, so a key must follow, unless the
// line begins the file.
std::optional<std::size_t> find_pem(std::string_view text, const std::string& label) {
  for (auto at = text.find(label); at != std::string_view::npos; at = text.find(label, at + 1)) {
    const auto before = text.substr(0, at);
    const auto behind = text.substr(at + label.size());
    const bool is_line = (before.ends_with("-----BEGIN ") && behind.starts_with("-----")) ||
                         (before.ends_with("---- BEGIN ") && behind.starts_with(" ----"));
    if (!is_line) continue;
    const auto begin = before.rfind("BEGIN") - 5;
    const bool is_first =
        text.substr(0, begin).find_first_not_of("\xef\xbb\xbf \t\r\n") == std::string_view::npos;
    if (is_first || begins_as_key(behind.substr(5))) return begin;
  }
  return std::nullopt;
}

// True for what documentation writes in the place of a secret.
bool is_example(std::string_view match, const SecretRules& rules) {
  if (std::ranges::any_of(rules.examples,
                          [&](const auto& text) { return match.find(text) != std::string_view::npos; }))
    return true;
  constexpr std::size_t run = 12;
  return std::ranges::any_of(std::string_view("xX*0."), [&](char filler) {
    return match.find(std::string(run, filler)) != std::string_view::npos;
  });
}

std::optional<std::size_t> find_pattern(std::string_view text, const std::vector<SecretPattern>& patterns,
                                        const SecretRules& rules) {
  for (const auto& pattern : patterns) {
    for (auto match = pattern.find(text); match; match = pattern.find(text, match->end))
      if (!is_example(text.substr(match->begin, match->end - match->begin), rules)) return match->begin;
  }
  return std::nullopt;
}

bool begins_with(ByteView content, const std::vector<std::optional<std::uint8_t>>& bytes) {
  if (content.size() < bytes.size()) return false;
  for (std::size_t i = 0; i < bytes.size(); ++i)
    if (bytes[i] && *bytes[i] != content[i]) return false;
  return true;
}

bool has_all(std::string_view text, const std::vector<std::string>& texts) {
  return std::ranges::all_of(texts,
                             [&](const auto& each) { return text.find(each) != std::string_view::npos; });
}

std::optional<Secret> file_of_tool(const BundlePath& path, std::string_view text, const SecretRules& rules) {
  for (const auto& rule : rules.files) {
    const bool right_name = rule.files.empty() || std::ranges::any_of(rule.files, [&](const Glob& glob) {
                              return glob.matches(path.bytes());
                            });
    if (!right_name || !has_all(text, rule.has)) continue;
    if (rule.patterns.empty()) return Secret{rule.what, 0};
    if (const auto at = find_pattern(text, rule.patterns, rules))
      return Secret{rule.what, line_of(text, *at)};
  }
  return std::nullopt;
}

}  // namespace

std::optional<Secret> secret_in(const BundlePath& path, ByteView content, const SecretRules& rules) {
  for (const auto& beginning : rules.beginnings)
    for (const auto& bytes : beginning.bytes)
      if (begins_with(content, bytes)) return Secret{beginning.what, 0};
  const auto text = as_text(content).substr(0, most_searched);
  if (!is_text(text)) return std::nullopt;
  if (const auto found = file_of_tool(path, text, rules)) return found;
  for (const auto& pem : rules.pem)
    for (const auto& label : pem.labels)
      if (const auto at = find_pem(text, label)) return Secret{pem.what, line_of(text, *at)};
  for (const auto& token : rules.tokens)
    if (const auto at = find_pattern(text, token.patterns, rules))
      return Secret{token.what, line_of(text, *at)};
  return std::nullopt;
}

bool has_name_of_secrets(const BundlePath& path, const SecretRules& rules) {
  return std::ranges::any_of(rules.names, [&](const Glob& glob) { return glob.matches(path.bytes()); });
}

}  // namespace lbundle
