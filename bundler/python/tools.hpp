// Programs of others, from PyPI at a pinned version, in lbundle's own cache.
#pragma once

#include <string>
#include <vector>

#include "cache/store.hpp"

namespace lbundle {

struct Tool {
  HostPath folder;                      // what pip installed: packages, and programs below bin/
  std::vector<std::string> run_python;  // this machine's Python, isolated; behind it go its arguments
};

// The tool of that name in rules/tools.toml, which is one from PyPI: from `store`, or installed now by this
// machine's Python. Throws Error where the machine has no Python with pip, or the index cannot be reached.
Tool tool_named(const std::string& name, const Store& store);

}  // namespace lbundle
