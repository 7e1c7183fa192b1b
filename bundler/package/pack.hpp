// pack: a tree becomes a deployment package.
#pragma once

#include <functional>
#include <map>

#include "cache/store.hpp"
#include "model/digest.hpp"
#include "model/file_set.hpp"
#include "model/finding.hpp"
#include "os/parallel.hpp"
#include "project/project.hpp"
#include "zip/deflate.hpp"

namespace lbundle {

// How [pack] level compresses.
zip::Level zip_level(PackLevel level);

struct PackOptions {
  zip::Level level = zip::Level::best;
  unsigned jobs = available_cores();
  // Where streams are kept and found again, by content, level and encoder; null: every stream is made anew.
  const Store* cache = nullptr;
  // Told bytes of content done and in all, from any thread but one at a time.
  std::function<void(ByteSize done, ByteSize total)> progress;
};

struct PackedZip {
  HostPath path;
  ByteSize zipped;
  ByteSize unzipped;
  std::size_t files = 0;
  Digest digest;  // of the zip
  // What each entry takes in the zip: its header, its bytes, its line in the central directory.
  std::map<BundlePath, ByteSize> entry_sizes;
  // The end record: with all of entry_sizes it sums to `zipped`.
  ByteSize end_record;
  Findings findings;  // names that collide
};

// Writes `files` to `output`, there whole or not at all; `output` may be a link, and its folder is made. The
// bytes depend on the files' paths, contents, modes' executable bit and link targets, on `level` and
// SOURCE_DATE_EPOCH, and on nothing else. Throws Error: a content that cannot be read or is not what its
// digest says (it changed after it was scanned), an output that is one of the files or cannot be written, no
// file at all; Interrupted.
PackedZip pack(const FileSet& files, const HostPath& output, const PackOptions& options);

}  // namespace lbundle
