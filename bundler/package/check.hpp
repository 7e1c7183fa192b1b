// check: would Lambda accept this zip, whoever made it, and how much room is left.
#pragma once

#include <cstdint>
#include <vector>

#include "model/byte_size.hpp"
#include "model/finding.hpp"
#include "model/host_path.hpp"
#include "os/parallel.hpp"
#include "package/package_sizes.hpp"
#include "package/package_use.hpp"

namespace lbundle {

struct LimitSettings {
  // True if the zip goes to Lambda in the request itself. Otherwise it goes through S3, where the 50 MB limit
  // does not apply.
  bool direct_upload = true;
  // The part of the 250 MB that the function's layers use.
  ByteSize layers_unzipped;
};

struct CheckOptions {
  // Unpacks every entry in memory to see that its bytes are intact, if the zip can be unpacked at all
  // (CheckResult::can_be_unpacked). Not needed for a zip that is unpacked anyway.
  bool read_contents = true;
  unsigned jobs = available_cores();
  // What the zip is for. By default only that is judged which holds for every function.
  PackageUse use = {};
};

struct CheckResult {
  Findings findings;
  // False if the directory alone shows that unpacking is refused: it claims more than Lambda's limit and more
  // than eight times the zip's bytes, entries overlap, a name is too long, or the folders are too many. Then
  // nothing is unpacked but beginnings of files, so that the work is bounded by the bytes of the zip and not
  // by what they claim.
  bool can_be_unpacked = true;
  ByteSize zipped;
  // As Lambda counts it: the sum of the entries, where a link counts with its target's text. Without layers.
  ByteSize unzipped;
  // The bytes by which the zip may grow and still certainly fit into the request; negative if it is too
  // large.
  std::int64_t zipped_headroom = 0;
  std::int64_t unzipped_headroom = 0;  // the same for the unpacked tree with its layers
  std::size_t entries = 0;
  PackageSizes packages;  // the largest first; with the end record their zipped sizes sum to `zipped`
};

// Judges a zip. A finding is an error if Lambda refuses the zip for it or if the function could not run
// there. Throws Error if `zip` is not a zip at all.
CheckResult check(const HostPath& zip, const LimitSettings& limits, const CheckOptions& options = {});

}  // namespace lbundle
