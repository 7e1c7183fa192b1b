#include "project/library_rules.hpp"

#include <algorithm>

#include "embedded/rules.hpp"
#include "model/error.hpp"
#include "project/toml_document.hpp"

namespace lbundle {

namespace {

const TomlTable::Keys known_entries = {"codec", "private"};

// Parses our own file with `parse`.
template <typename Parse>
auto read_own_file(const Parse& parse) {
  for (const auto& [file, text] : embedded_rules) {
    if (file != "rules/libraries.toml") continue;
    try {
      return parse(std::string(file), std::string(text));
    } catch (const Error& error) {
      throw BrokenAssumption(std::string(error.what()) + '\n' + error.detail());
    }
  }
  throw BrokenAssumption("rules/libraries.toml is embedded");
}

std::vector<std::string> texts_of(const TomlTable& table, std::string_view key) {
  std::vector<std::string> texts;
  for (const auto* node : table.texts(key)) texts.push_back(node->text);
  return texts;
}

}  // namespace

const std::set<std::string>& codec_libraries() {
  static const auto libraries = read_own_file(parse_codec_libraries);
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
  static const auto libraries = read_own_file(parse_private_libraries);
  return libraries;
}

std::vector<PrivateLibrary> parse_private_libraries(const std::string& file, const std::string& text) {
  const TomlDocument document(file, text);
  const TomlTable table(document, document.root(), known_entries);
  std::vector<PrivateLibrary> libraries;
  for (const auto& entry :
       table.tables("private", {"libraries", "looked_up", "stands_for", "reason", "source"})) {
    entry.need("reason", TomlNode::Kind::text);
    PrivateLibrary library{texts_of(entry, "libraries"), texts_of(entry, "looked_up"), {}};
    if (const auto* replaced = entry.find("stands_for", TomlNode::Kind::table)) {
      for (const TomlEntry& one : replaced->entries) {
        if (one.value.kind != TomlNode::Kind::text)
          throw document.error(one.value, "an object is replaced by another one: write the name of that");
        library.stands_for.emplace(one.key, one.value.text);
      }
    }
    libraries.push_back(std::move(library));
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
