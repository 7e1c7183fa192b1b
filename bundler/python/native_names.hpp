// Names that native code carries as strings: modules that it imports, libraries that it opens.
#pragma once

#include <string>
#include <vector>

#include "cache/store.hpp"

namespace lbundle {

// The C strings of `content` that could name a module ("rasterio.coords") or a library ("libfoo.so.1"),
// sorted, each once. Remembered by content. Throws Error where the file cannot be read.
std::vector<std::string> native_names(const Content& content, const Store& store);

}  // namespace lbundle
