// Programs of others that lbundle fetches and runs, with the versions that rules/tools.toml pins.
#pragma once

#include <string>
#include <vector>

namespace lbundle {

enum class ToolRegistry { pypi, npm };

struct ToolPins {
  std::string name;                            // "uv"
  ToolRegistry registry = ToolRegistry::pypi;  // where the packages are fetched from
  // Each with its version, "uv==0.9.9". From npm's registry there is only one package. {cpu} in it represents
  // npm's name of this machine's processor.
  std::vector<std::string> packages;
  std::string program;  // what is run, below the tool's folder: "bin/node"; empty if the caller knows it
};

// The tool of that name. Throws BrokenAssumption if rules/tools.toml has none.
const ToolPins& tool_pins(const std::string& name);

// Reads one such file. Throws Error with the place of a mistake.
std::vector<ToolPins> parse_tool_pins(const std::string& file, const std::string& text);

}  // namespace lbundle
