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

// What the loader maps of a native library with the same permissions, or what it never maps.
struct SegmentChange {
  std::string name;  // "code", "read-only data", "data", "not loaded"
  SizePair size;     // in the file, unzipped; together they are the file's sizes
};

struct FileChange {
  ChangeKind kind = ChangeKind::changed;
  BundlePath path;                     // where it is now, of a removed one where it was
  std::optional<BundlePath> old_path;  // where it was, if elsewhere
  std::string package;                 // empty for the function's own
  SizePair zipped;
  SizePair unzipped;
  std::vector<SegmentChange> segments;  // of a native library that changed, if both sides can be read
};

struct PackageChange {
  std::string name;                        // empty for the function's own files
  std::optional<std::string> old_version;  // nothing where the package is new
  std::optional<std::string> new_version;  // nothing where it is gone
  SizePair zipped;
  SizePair unzipped;
  std::size_t files_changed = 0;
};

struct SizeDiff {
  // Files whose content or place changed, and packages with such a file or another version: the largest
  // change first, by zipped size where both sides have one.
  std::vector<PackageChange> packages;
  std::vector<FileChange> files;
  SizePair unzipped;
  // Nothing where one side is a folder. Its change is the sum of the packages' changes and that of `rest`, to
  // the byte.
  std::optional<SizePair> zipped;
  SizePair rest;  // what no file takes
};

// A file that went elsewhere with its content is moved; a native library whose hash or version in the name
// changed (libgeos-3ac4b2.so.3.11 to libgeos-99f0c1.so.3.13) is the same file, changed.
SizeDiff diff(const SizeListing& before, const SizeListing& after);

}  // namespace lbundle
