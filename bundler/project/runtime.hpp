// A runtime of Lambda, as a file in rules/runtimes describes it.
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
  unsigned x86_64_level = 1;               // the processor level that is promised: 2 for x86-64-v2
  std::vector<std::string> architectures;  // "x86_64", "arm64"
  std::string deprecated;                  // date of the end of support, ISO 8601; empty if not announced
  // The days from which no function can be created or updated with it any more; in the form of `deprecated`.
  std::string create_blocked, update_blocked;
  std::vector<std::string> library_path;        // LD_LIBRARY_PATH, in order, absolute
  std::vector<std::string> provided_libraries;  // SONAMEs that the zip runtime certainly has
  std::vector<std::string> provided_programs;   // programs of /usr/bin that it certainly has; sh is bash
  // Packages that the runtime has beside the function's own, each with the version that the sandbox has. AWS
  // changes its own versions without publishing them. The version is empty if the sandbox has none.
  std::map<std::string, std::string> preinstalled;
  // For Node.js: `client` is the tool of rules/tools.toml that is AWS's runtime client, "aws-lambda-ric-4".
  // `switched_off` lists the features that AWS switches off by --no-experimental-NAME unless NODE_OPTIONS
  // mentions them: "require-module". Node.js itself is the tool "node" + version.
  std::string client;
  std::vector<std::string> switched_off;
  // False if this Node.js takes a .js file for CommonJS whatever its syntax is, unless package.json says
  // "type": "module". True for runtimes of other languages.
  bool detects_modules = true;
  // The folders of a layer in which the interpreter looks for packages, relative to /opt, in the order of the
  // search: "python/lib/python3.11/site-packages". Empty for provided.
  std::vector<std::string> layer_folders;
};

// All known runtimes, by name. Throws BrokenAssumption if our own files are wrong.
const std::vector<Runtime>& known_runtimes();
// The runtime of that name, or null.
const Runtime* find_runtime(const std::string& name);

// Reads one file of rules/runtimes. The runtime's name is the file's name without folder and extension.
// Throws Error with the place of a mistake.
Runtime parse_runtime(const std::string& file, const std::string& text);

}  // namespace lbundle
