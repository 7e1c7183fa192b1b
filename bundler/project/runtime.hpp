// A runtime of Lambda's, as rules/runtimes/*.toml describe it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace lbundle {

enum class Language { python, nodejs, provided };

struct Runtime {
  std::string name;  // "python3.11"
  Language language = Language::python;
  std::string version;  // of the interpreter: "3.11", "22"; empty for provided
  std::string os;       // "Amazon Linux 2"
  std::string glibc;    // "2.26"
  // The highest symbol version of each series that the system's own libraries define, glibc's included:
  // "GLIBCXX" -> "3.4.24".
  std::map<std::string, std::string> symbol_versions;
  unsigned x86_64_level = 1;               // of the processor, as far as it is promised: 2 for x86-64-v2
  std::vector<std::string> architectures;  // "x86_64", "arm64"
  std::string deprecated;                  // date of the end of support, ISO 8601; empty if not announced
  // From when no function can be created with it any more, and none updated; in the form of `deprecated`.
  std::string create_blocked, update_blocked;
  std::vector<std::string> library_path;        // LD_LIBRARY_PATH, in order, absolute
  std::vector<std::string> provided_libraries;  // sonames that the zip runtime has for certain
  // Packages that are there beside the function's own, with the version where one is published; empty where
  // it moves.
  std::map<std::string, std::string> preinstalled;
  // Of Node.js: the tool of rules/tools.toml that is AWS's client for it, "aws-lambda-ric-4"; and what of
  // Node.js AWS switches off by --no-experimental-NAME, unless NODE_OPTIONS speaks of it: "require-module".
  // The Node.js itself is the tool "node" + version.
  std::string client;
  std::vector<std::string> switched_off;
};

// All that are known, by name. Throws BrokenAssumption if our own files are wrong.
const std::vector<Runtime>& known_runtimes();
// Null where there is none of that name.
const Runtime* find_runtime(const std::string& name);

// One file of rules/runtimes; the runtime's name is the file's without its folder and ending. Throws Error
// with the place of a mistake.
Runtime parse_runtime(const std::string& file, const std::string& text);

}  // namespace lbundle
