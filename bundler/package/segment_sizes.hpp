// What a native library consists of, as the loader sees it.
#pragma once

#include <string>
#include <vector>

#include "package/size_listing.hpp"

namespace lbundle {

struct SegmentSize {
  std::string name;
  ByteSize size;  // in the file
};

// Always the same four, in this order: "code", "read-only data", "data" (what may be written to) and "not
// loaded"; they sum to the file's size. Empty where `path` is no ELF file that a runtime could load, or where
// the listing has no contents.
std::vector<SegmentSize> segment_sizes(const SizeListing& listing, const BundlePath& path);

}  // namespace lbundle
