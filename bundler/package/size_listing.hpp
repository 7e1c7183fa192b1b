// The content of a deployment package, by file and package, read from any of its forms.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "model/byte_size.hpp"
#include "model/distribution.hpp"
#include "model/host_path.hpp"
#include "os/bytes.hpp"
#include "package/package_sizes.hpp"

namespace lbundle {

// The largest file of a package's description (METADATA, RECORD) that is read.
constexpr ByteSize most_metadata{8ULL << 20};

struct ListedFile {
  ByteSize zipped;      // what its entry takes, headers included; 0 in a folder
  ByteSize unzipped;    // for a link, the length of its target's text
  std::string content;  // equal for equal content in listings with the same ContentNames
};

struct SizeListing {
  std::string name;  // the path it was read from
  std::map<BundlePath, ListedFile> files;
  Distributions owners;
  ByteSize unzipped;
  // Nothing for a folder, because its zip is not made yet.
  std::optional<ByteSize> zipped;
  // The part of `zipped` that belongs to no file: entries of folders and the end record.
  ByteSize rest;
  // Reads the content of a file in the listing. Not set for a manifest, which has no contents.
  std::function<std::optional<Bytes>(const BundlePath&)> read;

  PackageSizes by_package() const;
};

// How contents are compared: by CRC and size, which a zip's directory has, or by SHA-256, which a manifest
// has.
enum class ContentNames { crc, digest };

// Lists the content of `path`, which is a zip, a manifest of ours, or a folder. Throws Error if it is none of
// these, and for a manifest if `names` is crc.
SizeListing list_sizes(const HostPath& path, ContentNames names, unsigned jobs);

// The names by which both listings can be compared: digest if one of the paths is a manifest.
ContentNames common_names(const HostPath& one, const HostPath& other);

}  // namespace lbundle
