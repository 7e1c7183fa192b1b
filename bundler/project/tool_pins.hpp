// Programs of others that staging runs, as rules/tools.toml pins them.
#pragma once

#include <string>
#include <vector>

namespace lbundle {

struct ToolPins {
  std::string name;                   // "uv"
  std::vector<std::string> packages;  // requirements of pip's, each with its version: "uv==0.9.9"
};

// Throws BrokenAssumption if rules/tools.toml has none of that name.
const ToolPins& tool_pins(const std::string& name);

// Throws Error with the place of a mistake.
std::vector<ToolPins> parse_tool_pins(const std::string& file, const std::string& text);

}  // namespace lbundle
