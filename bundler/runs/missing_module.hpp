// How the user can bring a module or library that an error says is missing.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/bundle.hpp"
#include "project/runtime.hpp"

namespace lbundle {

// Returns what is between the first `before` and the next `after` behind it; empty if one of them is missing.
std::string text_between(std::string_view text, std::string_view before, std::string_view after);

// Returns how to bring a module of this name, if the staged tree shows it: by another version of a staged
// package, by an extra of one, or by the function's own sources. Nothing otherwise; python/missing_module.hpp
// has the other ways.
std::optional<std::string> way_in_staged_tree(const std::string& module, Language language,
                                              const StagedTree& tree);

// Returns the library's name in an error of the C library ("libx.so.1: cannot open shared object file") or of
// a package that opens libraries by name ("cannot load library 'libx'").
std::optional<std::string> missing_library_named(std::string_view error);
// Returns how to bring a library that code opens by this name: "libx.so.1", "libx-0" or "x". If staging could
// not bring it, that is what `staged`, the findings of staging, say about it.
std::string way_to_opened_library(const std::string& name, const Runtime& runtime, const Findings& staged);

}  // namespace lbundle
