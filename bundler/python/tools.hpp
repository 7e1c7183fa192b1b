// Tools that other projects publish on PyPI, at a pinned version, in lbundle's own cache.
#pragma once

#include <optional>
#include <string>

#include "cache/store.hpp"
#include "python/interpreter.hpp"
#include "python/pip.hpp"

namespace lbundle {

struct Tool {
  HostPath folder;     // what pip installed: packages, and programs in bin/
  Interpreter python;  // this machine's Python that installed the tool and can run it; only `program` is set
};

// Returns this machine's Python that installs tools and can run them: version 3.9 or later, with pip. Nothing
// if there is none.
std::optional<PythonWithPip> python_for_tools();

// Returns the folder that the tool of that name in rules/tools.toml, one from PyPI, has in `store` if
// `python` installs it. It need not exist.
HostPath folder_of_tool(const std::string& name, const PythonWithPip& python, const Store& store);

// Returns the tool of that name in rules/tools.toml, which must be one from PyPI. Takes it from `store`, or
// installs it now with this machine's Python. Throws Error if the machine has no Python with pip, or if the
// index cannot be reached.
Tool tool_named(const std::string& name, const Store& store);

}  // namespace lbundle
