// Names that native code contains as strings: modules that it imports, libraries that it opens.
#pragma once

#include <string>
#include <vector>

#include "cache/store.hpp"

namespace lbundle {

// Returns the C strings of `content` that could name a module ("rasterio.coords") or a library
// ("libfoo.so.1"): sorted, without duplicates. The result is cached by content. Throws Error if the file
// cannot be read.
std::vector<std::string> native_names(const Content& content, const Store& store);

}  // namespace lbundle
