// What the judgements of a zip read: its files, and the beginnings of some of them. No file is unpacked as a
// whole, so that a judgement takes no longer for a zip that unpacks to very much.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "model/distribution.hpp"
#include "model/file_set.hpp"
#include "zip/reader.hpp"

namespace lbundle {

struct PackageFiles {
  // Without digests. Folders, and names that leave the tree or are too long for Linux, are left out.
  FileSet files;
  // The first bytes of a regular file, at most `most`; empty if there is none, or if it cannot be unpacked.
  std::function<std::string(const BundlePath& path, std::size_t most)> beginning;
  // The permission bits of a file; nothing if the zip says none.
  std::function<std::optional<unsigned>(const BundlePath& path)> mode;

  // The size of a regular file; 0 if there is none.
  ByteSize size_of(const BundlePath& path) const;
  // The whole text of a regular file of at most `most` bytes; empty if it is larger or cannot be unpacked.
  std::string small_text(const BundlePath& path, std::size_t most) const;
};

// `zip` must outlive the result. If two entries have the same name, the last one counts.
PackageFiles files_of(const zip::ZipReader& zip);

// The packages of the files of a zip, by the records of installers in it (package/package_sizes.hpp). Records
// that cannot be unpacked, are larger than 8 MiB, or exceed 64 MiB together, are left out. No owners at all
// if the folders of its names are too many (zip/name_limits.hpp).
Distributions owners_in(const zip::ZipReader& zip);

// True for what macOS adds to zips and folders: __MACOSX/, ._NAME, .DS_Store.
bool is_made_by_macos(const BundlePath& path);

// The text with the letters A to Z in lower case.
std::string lower_case(std::string_view text);

}  // namespace lbundle
