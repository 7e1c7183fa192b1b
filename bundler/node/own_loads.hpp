// Loads of the function's own JavaScript that lead nowhere.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "model/file_set.hpp"
#include "model/finding.hpp"
#include "node/js_reader.hpp"

namespace lbundle {

struct OwnLoads {
  const FileSet& files;           // the staged tree
  std::set<BundlePath> own;       // the function's own scripts among them
  BundlePath handler;             // the handler's script
  std::vector<HostPath> outside;  // folders of packages that it can load too: of layers, of the runtime
  int major = 0;                  // of the runtime's Node.js
};

// Returns a finding for each load by a constant name that fails when it is executed: the warning
// "own-import-missing" for a name that is a path, and "import-missing" for a package in a script that the
// handler's script leads to, if it is loaded whenever that script is. What stands in a `try` has no finding.
// `read` returns the facts of each source; `explain` returns cause and hint for the name of a package.
Findings find_missing_loads(
    const OwnLoads& loads, const std::function<std::vector<JsFacts>(const std::vector<JsSource>&)>& read,
    const std::function<std::pair<std::string, std::string>(const std::string& package)>& explain);

// True if the text has the name in quotes as the argument of `require` or `import`, or after `from`.
bool is_loaded_plainly(const std::string& source, const std::string& name);

// True if the line of that number (the first is 1) is in the block of a `try`, as far as braces tell.
bool is_in_try(const std::string& source, int line);

}  // namespace lbundle
