#include "project/library_rules.hpp"

#include "embedded/rules.hpp"
#include "model/error.hpp"
#include "project/toml_document.hpp"

namespace lbundle {

namespace {

std::set<std::string> read_codec_libraries() {
  for (const auto& [file, text] : embedded_rules) {
    if (file != "rules/libraries.toml") continue;
    try {
      return parse_codec_libraries(std::string(file), std::string(text));
    } catch (const Error& error) {
      throw BrokenAssumption(std::string(error.what()) + '\n' + error.detail());
    }
  }
  throw BrokenAssumption("rules/libraries.toml is embedded");
}

}  // namespace

const std::set<std::string>& codec_libraries() {
  static const auto libraries = read_codec_libraries();
  return libraries;
}

std::set<std::string> parse_codec_libraries(const std::string& file, const std::string& text) {
  const TomlDocument document(file, text);
  const TomlTable table(document, document.root(), {"codec"});
  std::set<std::string> stems;
  for (const auto& entry : table.tables("codec", {"libraries", "reason", "source"})) {
    entry.need("reason", TomlNode::Kind::text);
    for (const auto* stem : entry.texts("libraries")) stems.insert(stem->text);
  }
  return stems;
}

}  // namespace lbundle
