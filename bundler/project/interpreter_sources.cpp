#include "project/interpreter_sources.hpp"

#include <algorithm>

#include "model/error.hpp"
#include "model/text.hpp"
#include "project/embedded_rules.hpp"
#include "project/toml_document.hpp"

namespace lbundle {

namespace {

using Kind = TomlNode::Kind;

// Throws Error unless the text can safely be an argument of a program.
void require_plain(const TomlDocument& document, const TomlNode& node) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.';
  };
  if (node.text.empty() || node.text.front() == '-' || !std::ranges::all_of(node.text, allowed))
    throw document.error(node, format("'{}' is not a Debian name", node.text),
                         "small letters, digits, '+', '-' and '.': \"libpython3.13-dev\"");
}

std::vector<std::string> read_plain_names(const TomlTable& entry, std::string_view key) {
  std::vector<std::string> names;
  for (const auto* node : entry.texts(key)) {
    require_plain(entry.document(), *node);
    names.push_back(node->text);
  }
  return names;
}

}  // namespace

const InterpreterSource* interpreter_source(const std::string& version) {
  static const auto sources = parse_embedded_rule_file("rules/interpreters.toml", parse_interpreter_sources);
  const auto found = std::ranges::find(sources, version, &InterpreterSource::version);
  return found == sources.end() ? nullptr : &*found;
}

std::vector<InterpreterSource> parse_interpreter_sources(const std::string& file, const std::string& text) {
  const TomlDocument document(file, text);
  const TomlTable table(document, document.root(), {"interpreter"});
  std::vector<InterpreterSource> sources;
  for (const auto& entry :
       table.tables("interpreter", {"version", "release", "packages", "tools", "reason", "source", "date"})) {
    InterpreterSource source;
    const auto& version = entry.need("version", Kind::text);
    source.version = version.text;
    if (std::ranges::find(sources, source.version, &InterpreterSource::version) != sources.end())
      throw document.error(version, format("'{}' has an entry already", source.version),
                           "name one release for each version");
    const auto& release = entry.need("release", Kind::text);
    require_plain(document, release);
    source.release = release.text;
    source.packages = read_plain_names(entry, "packages");
    if (source.packages.empty())
      throw document.error(entry.node(), "[[interpreter]] without 'packages'",
                           "name the interpreter's packages");
    source.tools = read_plain_names(entry, "tools");
    for (const auto* key : {"reason", "source", "date"}) entry.need(key, Kind::text);
    sources.push_back(std::move(source));
  }
  return sources;
}

}  // namespace lbundle
