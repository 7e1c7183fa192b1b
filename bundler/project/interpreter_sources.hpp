// Where to get interpreters that a machine does not have, according to rules/interpreters.toml.
#pragma once

#include <string>
#include <vector>

namespace lbundle {

// A release of Debian whose packages make a system root with an interpreter.
struct InterpreterSource {
  std::string version;                // "3.13"
  std::string release;                // "trixie"
  std::vector<std::string> packages;  // the root is made of these and all that they depend on
  std::vector<std::string> tools;     // of rules/tools.toml; packages that are added to the release's own
};

// The source of a minor version, or null if no release has it.
const InterpreterSource* interpreter_source(const std::string& version);

// Reads one such file. Throws Error with the place of a mistake.
std::vector<InterpreterSource> parse_interpreter_sources(const std::string& file, const std::string& text);

}  // namespace lbundle
