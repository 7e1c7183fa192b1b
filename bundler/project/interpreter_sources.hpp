// Where interpreters can be had that a machine does not have, as rules/interpreters.toml says.
#pragma once

#include <string>
#include <vector>

namespace lbundle {

// A release of Debian whose packages make a system root with an interpreter.
struct InterpreterSource {
  std::string version;                // "3.13"
  std::string release;                // "trixie"
  std::vector<std::string> packages;  // that the root is made of, with all that they depend on
  std::vector<std::string> tools;     // of rules/tools.toml, packages that are put beside the release's own
};

// The source of a minor version; null where no release has it.
const InterpreterSource* interpreter_source(const std::string& version);

// Throws Error with the place of a mistake.
std::vector<InterpreterSource> parse_interpreter_sources(const std::string& file, const std::string& text);

}  // namespace lbundle
