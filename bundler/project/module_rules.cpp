#include "project/module_rules.hpp"

#include <map>

#include "project/embedded_rules.hpp"
#include "project/toml_document.hpp"

namespace lbundle {

namespace {

std::map<std::string, std::string> read_requirements(const std::string& file, const std::string& text) {
  const TomlDocument document(file, text);
  const TomlTable table(document, document.root(), {"requirement_of", "source"});
  table.need("source", TomlNode::Kind::text);
  return text_map(table.text_entries("requirement_of"));
}

}  // namespace

std::string requirement_of_module(const std::string& module) {
  static const auto requirements = parse_embedded_rule_file("rules/modules.toml", read_requirements);
  for (auto name = module; !name.empty();) {
    if (const auto found = requirements.find(name); found != requirements.end()) return found->second;
    const auto dot = name.rfind('.');
    if (dot == std::string::npos) return name;
    name.resize(dot);
  }
  return module;
}

}  // namespace lbundle
