// Names of files, searched for in native code that Python loads.
#pragma once

#include <vector>

#include "cache/store.hpp"
#include "elf/file_names.hpp"

namespace lbundle {

// Returns the sorted indices of those `sought` that a text in `content` names. The result is cached by both.
// Throws Error if the file cannot be read.
std::vector<std::size_t> sought_in_native(const Content& content, const std::vector<SoughtName>& sought,
                                          const Store& store);

// The same for the bytes of a file, without a cache.
std::vector<std::size_t> sought_in_native(ByteView file, const std::vector<SoughtName>& sought);

}  // namespace lbundle
