// Which libraries replace others in a bundle, and why.
#pragma once

#include <string>
#include <vector>

#include "model/bundle_path.hpp"
#include "model/byte_size.hpp"

namespace lbundle {

// Whether one library can replace another of the same stem, and why, or why not.
struct SharingVerdict {
  BundlePath replacement, replaced;
  bool allowed = false;
  bool chosen = false;  // allowed and done; another choice may have saved more
  std::string reason;
  // Bytes of the replaced file and of files that nothing needs without it, minus the links. 0 if refused.
  ByteSize saved;
};

// Every ordered pair that was judged, by replaced and replacement: what a report shows.
struct Sharing {
  std::vector<SharingVerdict> verdicts;
};

}  // namespace lbundle
