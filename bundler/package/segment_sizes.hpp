// The parts of a native library, as the loader sees them.
#pragma once

#include <string>
#include <vector>

#include "package/size_listing.hpp"

namespace lbundle {

struct SegmentSize {
  std::string name;
  ByteSize size;  // in the file
};

// Returns always the same four parts, in this order: "code", "read-only data", "data" (which may be written
// to) and "not loaded". They sum to the file's size. Empty if `path` is not an ELF file that a runtime could
// load, or if the listing has no contents.
std::vector<SegmentSize> segment_sizes(const SizeListing& listing, const BundlePath& path);

}  // namespace lbundle
