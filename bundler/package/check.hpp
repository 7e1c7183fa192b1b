// check: would Lambda take this zip, anybody's, and how much room is left.
#pragma once

#include <cstdint>
#include <vector>

#include "model/byte_size.hpp"
#include "model/finding.hpp"
#include "model/host_path.hpp"
#include "os/parallel.hpp"
#include "package/package_sizes.hpp"

namespace lbundle {

struct LimitSettings {
  // The zip goes to Lambda in the request itself; else through S3, where the 50 MB limit does not apply.
  bool direct_upload = true;
  // What the function's layers use of the 250 MB already.
  ByteSize layers_unzipped;
};

struct CheckOptions {
  // Unpack every entry in memory to see that its bytes are whole. Not needed for a zip that is unpacked
  // anyway.
  bool read_contents = true;
  unsigned jobs = available_cores();
};

struct CheckResult {
  Findings findings;
  ByteSize zipped;
  ByteSize
      unzipped;  // as Lambda counts it: the sum of the entries, a link its target's text; layers not included
  std::int64_t zipped_headroom =
      0;  // bytes the zip may grow and still surely fit the request; negative where over
  std::int64_t unzipped_headroom = 0;  // the same for the unpacked tree with its layers
  std::size_t entries = 0;
  PackageSizes packages;  // the largest first; of a zip they sum to `zipped`, the end record apart
};

// Findings of severity error are what Lambda refuses or what could not run there. Throws Error where `zip` is
// no zip at all.
CheckResult check(const HostPath& zip, const LimitSettings& limits, const CheckOptions& options = {});

}  // namespace lbundle
