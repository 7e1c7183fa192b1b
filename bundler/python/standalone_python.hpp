// A Python of python-build-standalone, as uv installs it.
#pragma once

#include <optional>
#include <string>

#include "cache/store.hpp"
#include "python/interpreter.hpp"

namespace lbundle {

// The interpreter of the minor version `version` ("3.13") that was fetched before; nothing where there is
// none.
std::optional<Interpreter> cached_standalone_python(const std::string& version, const Store& store);

// Fetches it by the uv of rules/tools.toml below store.folder()/interpreters. UV_PYTHON_INSTALL_MIRROR and
// UV_PYTHON_DOWNLOADS_JSON_URL of the environment say from where, as uv documents them. Throws Error with
// uv's own words where it cannot be had.
Interpreter fetch_standalone_python(const std::string& version, const Store& store);

}  // namespace lbundle
