#include "project/tool_pins.hpp"

#include <algorithm>

#include "model/error.hpp"
#include "model/text.hpp"
#include "project/embedded_rules.hpp"
#include "project/toml_document.hpp"

namespace lbundle {

const ToolPins& tool_pins(const std::string& name) {
  static const auto tools = parse_embedded_rule_file("rules/tools.toml", parse_tool_pins);
  const auto found = std::ranges::find(tools, name, &ToolPins::name);
  require(found != tools.end(), "a tool that staging runs is pinned");
  return *found;
}

std::vector<ToolPins> parse_tool_pins(const std::string& file, const std::string& text) {
  const TomlDocument document(file, text);
  const TomlTable table(document, document.root(), {"tool"});
  std::vector<ToolPins> tools;
  for (const auto& entry :
       table.tables("tool", {"name", "registry", "packages", "program", "reason", "source"})) {
    ToolPins tool;
    tool.name = entry.need("name", TomlNode::Kind::text).text;
    entry.need("reason", TomlNode::Kind::text);
    entry.need("source", TomlNode::Kind::text);
    tool.registry = entry.choice<ToolRegistry>(
        "registry", {{"pypi", ToolRegistry::pypi}, {"npm", ToolRegistry::npm}}, ToolRegistry::pypi);
    tool.program = entry.text("program").value_or("");
    for (const auto* package : entry.texts("packages")) {
      if (package->text.find("==") == std::string::npos)
        throw document.error(*package, format("'{}' has no version", package->text), "pin it: \"uv==0.9.9\"");
      tool.packages.push_back(package->text);
    }
    if (tool.registry == ToolRegistry::npm && tool.packages.size() != 1)
      throw document.error(entry.node(), "a tool from npm's registry must be one package");
    tools.push_back(std::move(tool));
  }
  return tools;
}

}  // namespace lbundle
