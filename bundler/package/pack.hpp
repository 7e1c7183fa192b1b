// pack: makes a deployment package from a tree.
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
  // The cache of streams, by content, level and encoder. Null: every stream is made again.
  const Store* cache = nullptr;
  // Called with the bytes of content that are done and the total. The calls come from any thread, but one at
  // a time.
  std::function<void(ByteSize done, ByteSize total)> progress;
};

struct PackedZip {
  HostPath path;
  ByteSize zipped;
  ByteSize unzipped;
  std::size_t files = 0;
  Digest digest;  // of the zip
  // What each entry takes in the zip: its header, its bytes, and its line in the central directory.
  std::map<BundlePath, ByteSize> entry_sizes;
  // The size of the end record. Together with all of entry_sizes it sums to `zipped`.
  ByteSize end_record;
  Findings findings;  // names that collide
};

// Writes the zip of `files` to `output`, either complete or not at all. `output` may be a link, and its
// folder is created. The bytes of the zip depend only on the files' paths, contents, executable bits and link
// targets, on `level` and on SOURCE_DATE_EPOCH. Throws Error if a content cannot be read or does not match
// its digest (it changed after it was scanned), if the output is one of the files or cannot be written, or if
// there is no file. Throws Interrupted.
PackedZip pack(const FileSet& files, const HostPath& output, const PackOptions& options);

}  // namespace lbundle
