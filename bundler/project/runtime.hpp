// A runtime of Lambda's, as rules/runtimes/*.toml describe it.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace lbundle {

enum class Language { python, nodejs, provided };

struct Runtime {
  std::string name;  // "python3.11"
  Language language = Language::python;
  std::string version;                     // of the interpreter: "3.11", "22"; empty for provided
  std::string os;                          // "Amazon Linux 2"
  std::string glibc;                       // "2.26"
  std::vector<std::string> architectures;  // "x86_64", "arm64"
  std::string deprecated;                  // date of the end of support, ISO 8601; empty if not announced
  std::vector<std::string> library_path;   // LD_LIBRARY_PATH, in order, absolute
  std::vector<std::string> provided_libraries;  // sonames that the zip runtime has for certain
};

// All that are known, by name. Throws BrokenAssumption if our own files are wrong.
const std::vector<Runtime>& known_runtimes();
// Null where there is none of that name.
const Runtime* find_runtime(const std::string& name);

// One file of rules/runtimes; the runtime's name is the file's without its folder and ending. Throws Error
// with the place of a mistake.
Runtime parse_runtime(const std::string& file, const std::string& text);

}  // namespace lbundle
