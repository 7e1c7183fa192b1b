// Programs of others, from PyPI at a pinned version, in lbundle's own cache.
#pragma once

#include <string>

#include "cache/store.hpp"
#include "python/interpreter.hpp"

namespace lbundle {

struct Tool {
  HostPath folder;     // what pip installed: packages, and programs below bin/
  Interpreter python;  // this machine's Python that installed it and can run it: its program alone is known
};

// The tool of that name in rules/tools.toml, which is one from PyPI: from `store`, or installed now by this
// machine's Python. Throws Error where the machine has no Python with pip, or the index cannot be reached.
Tool tool_named(const std::string& name, const Store& store);

}  // namespace lbundle
