// What a deployment package consists of, by file and package, read from any of its forms.
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
  ByteSize zipped;      // all that its entry takes; 0 in a folder
  ByteSize unzipped;    // a link takes its target's text
  std::string content;  // equal for equal content, among listings made with the same ContentNames
};

struct SizeListing {
  std::string name;  // the path it was read from
  std::map<BundlePath, ListedFile> files;
  Distributions owners;
  ByteSize unzipped;
  // Nothing for a folder, whose zip is not made yet.
  std::optional<ByteSize> zipped;
  // Of `zipped`, what no file takes: entries of folders and the end record.
  ByteSize rest;
  // The content of a file of it; nothing in a manifest, which holds none.
  std::function<std::optional<Bytes>(const BundlePath&)> read;

  PackageSizes by_package() const;
};

// How content is told apart: by CRC and size, which a zip's directory holds, or by SHA-256, which a manifest
// holds.
enum class ContentNames { crc, digest };

// `path` is a zip, a manifest of ours, or a folder. Throws Error where it is none of them, and for a manifest
// where `names` is crc.
SizeListing list_sizes(const HostPath& path, ContentNames names, unsigned jobs);

// What two listings can both be told apart by: digest where one of the paths is a manifest.
ContentNames common_names(const HostPath& one, const HostPath& other);

}  // namespace lbundle
