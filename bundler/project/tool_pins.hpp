// Programs of others that lbundle fetches and runs, as rules/tools.toml pins them.
#pragma once

#include <string>
#include <vector>

namespace lbundle {

enum class ToolRegistry { pypi, npm };

struct ToolPins {
  std::string name;                            // "uv"
  ToolRegistry registry = ToolRegistry::pypi;  // where the packages are fetched
  // Each with its version, "uv==0.9.9". Of npm's registry it is one, in which {cpu} stands for npm's name of
  // this machine's processor.
  std::vector<std::string> packages;
  std::string program;  // what is run, below the tool's folder: "bin/node"; empty where the user of it knows
};

// Throws BrokenAssumption if rules/tools.toml has none of that name.
const ToolPins& tool_pins(const std::string& name);

// Throws Error with the place of a mistake.
std::vector<ToolPins> parse_tool_pins(const std::string& file, const std::string& text);

}  // namespace lbundle
