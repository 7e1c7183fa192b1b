// diff: what grew from one deployment package to the next, to the byte.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "package/size_listing.hpp"

namespace lbundle {

enum class ChangeKind { added, removed, changed, moved };

const char* to_text(ChangeKind kind);

struct SizePair {
  ByteSize before;
  ByteSize after;

  std::int64_t change() const { return difference(after, before); }
};

// The part of a native library that the loader maps with the same permissions, or the part that it never
// maps.
struct SegmentChange {
  std::string name;  // "code", "read-only data", "data", "not loaded"
  SizePair size;     // in the file, unzipped; the segments sum to the file's size
};

struct FileChange {
  ChangeKind kind = ChangeKind::changed;
  BundlePath path;                     // where the file is now; where it was if it was removed
  std::optional<BundlePath> old_path;  // where the file was, if in another place
  std::string package;                 // empty for the function's own files
  SizePair zipped;
  SizePair unzipped;
  std::vector<SegmentChange> segments;  // of a native library that changed, if both sides can be read
};

struct PackageChange {
  std::string name;                        // empty for the function's own files
  std::optional<std::string> old_version;  // nothing if the package is new
  std::optional<std::string> new_version;  // nothing if it was removed
  SizePair zipped;
  SizePair unzipped;
  std::size_t files_changed = 0;
};

struct SizeDiff {
  // Files with another content or place, and packages with such a file, another version or another size. The
  // largest change comes first, by zipped size if both sides have one.
  std::vector<PackageChange> packages;
  std::vector<FileChange> files;
  SizePair unzipped;
  // Nothing if one side is a folder. Its change is the sum of the packages' changes and the change of `rest`,
  // to the byte.
  std::optional<SizePair> zipped;
  SizePair rest;  // the bytes that belong to no file
};

// Compares two packages. A file with the same content in another place is moved. A native library with
// another hash or version in its name (libgeos-3ac4b2.so.3.11 and libgeos-99f0c1.so.3.13) is the same file,
// changed.
SizeDiff diff(const SizeListing& before, const SizeListing& after);

}  // namespace lbundle
