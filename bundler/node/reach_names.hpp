// Names with holes, and the paths that they mean.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "node/js_facts.hpp"

namespace lbundle {

// True if `text` is `pattern` with some text in the place of each hole. That text may have a "/" only if
// `across` is true, and it never enters another node_modules.
bool matches_with_holes(std::string_view pattern, std::string_view text, bool across);

bool is_without_hole(std::string_view text);

// True for a file that Node.js runs as JavaScript.
bool is_js_source(const BundlePath& path);

// The path in the tree that a value means in a module of `folder`. Holes stay in it, because they are bytes
// like any other. Nothing if it leads out of the tree.
std::optional<BundlePath> placed(const std::string& value, const BundlePath& folder);

// The longest folder of `path` that has no hole in its name.
BundlePath constant_folder(const BundlePath& path);

// The name as reports print it: "*" for a hole.
std::string shown(std::string name);

}  // namespace lbundle
