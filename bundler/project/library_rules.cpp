#include "project/library_rules.hpp"

#include <algorithm>

#include "model/error.hpp"
#include "project/embedded_rules.hpp"
#include "project/toml_document.hpp"

namespace lbundle {

namespace {

const TomlTable::Keys known_entries = {"codec", "private"};

constexpr std::string_view own_file = "rules/libraries.toml";

}  // namespace

const std::set<std::string>& codec_libraries() {
  static const auto libraries = parse_embedded_rule_file(own_file, parse_codec_libraries);
  return libraries;
}

std::set<std::string> parse_codec_libraries(const std::string& file, const std::string& text) {
  const TomlDocument document(file, text);
  const TomlTable table(document, document.root(), known_entries);
  std::set<std::string> stems;
  for (const auto& entry : table.tables("codec", {"libraries", "reason", "source"})) {
    entry.need("reason", TomlNode::Kind::text);
    for (const auto* stem : entry.texts("libraries")) stems.insert(stem->text);
  }
  return stems;
}

const std::vector<PrivateLibrary>& private_libraries() {
  static const auto libraries = parse_embedded_rule_file(own_file, parse_private_libraries);
  return libraries;
}

std::vector<PrivateLibrary> parse_private_libraries(const std::string& file, const std::string& text) {
  const TomlDocument document(file, text);
  const TomlTable table(document, document.root(), known_entries);
  std::vector<PrivateLibrary> libraries;
  for (const auto& entry :
       table.tables("private", {"libraries", "looked_up", "stands_for", "reason", "source"})) {
    entry.need("reason", TomlNode::Kind::text);
    libraries.push_back({entry.plain_texts("libraries"), entry.plain_texts("looked_up"),
                         text_map(entry.text_entries("stands_for"))});
  }
  return libraries;
}

bool is_one_of(const std::vector<std::string>& names, std::string_view name) {
  return std::any_of(names.begin(), names.end(), [&](const std::string& one) {
    return one.ends_with('*') ? name.starts_with(std::string_view(one).substr(0, one.size() - 1))
                              : name == one;
  });
}

}  // namespace lbundle
