// Which module or library an error says is missing, and how the user can bring it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/bundle.hpp"
#include "project/runtime.hpp"

namespace lbundle {

// Returns what is between the first `before` and the next `after` behind it; empty if one of them is missing.
std::string text_between(std::string_view text, std::string_view before, std::string_view after);

// Returns the module's name in an error of Python ("No module named 'a.b'") or Node.js ("Cannot find module
// 'a'"); nothing if the error says something else.
std::optional<std::string> missing_module_named(std::string_view error);
// Returns how to bring that module: by a requirement, an extra of a staged package, another version of it,
// the runtime's own package, or the function's own sources.
std::string way_to_module(const std::string& module, const Runtime& runtime, const StagedTree& tree);

// Returns the library's name in an error of the C library ("libx.so.1: cannot open shared object file") or of
// a package that opens libraries by name ("cannot load library 'libx'").
std::optional<std::string> missing_library_named(std::string_view error);
// Returns how to bring a library that code opens by this name: "libx.so.1", "libx-0" or "x". If staging could
// not bring it, that is what `staged`, the findings of staging, say about it.
std::string way_to_opened_library(const std::string& name, const Runtime& runtime, const Findings& staged);

}  // namespace lbundle
