// Fetches a Python of python-build-standalone, as uv installs it.
#pragma once

#include <optional>
#include <string>

#include "cache/store.hpp"
#include "python/interpreter.hpp"

namespace lbundle {

// Returns the interpreter of the minor version `version` ("3.13") that was fetched before; nothing if there
// is none.
std::optional<Interpreter> cached_standalone_python(const std::string& version, const Store& store);

// Fetches the interpreter with the uv of rules/tools.toml into store.folder()/interpreters. The environment
// variables UV_PYTHON_INSTALL_MIRROR and UV_PYTHON_DOWNLOADS_JSON_URL say from where, as uv documents them.
// Throws Error with uv's own message if it cannot be fetched.
Interpreter fetch_standalone_python(const std::string& version, const Store& store);

}  // namespace lbundle
