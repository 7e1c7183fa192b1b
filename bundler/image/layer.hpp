// Writes a layer of a container image: a compressed archive of files. Only this file uses libarchive.
#pragma once

#include <ctime>
#include <string>

#include "model/byte_size.hpp"
#include "model/digest.hpp"
#include "model/file_set.hpp"
#include "model/host_path.hpp"

namespace lbundle::image {

// Source: "Image Layer Filesystem Changeset", OCI image specification 1.0.
inline constexpr const char* layer_type = "application/vnd.oci.image.layer.v1.tar+gzip";

struct Layer {
  Digest digest;   // of the blob
  Digest diff_id;  // of the archive before it was compressed
  ByteSize size;   // of the blob
};

// Writes `files` to the archive `target`, as files below `folder` ("var/task"). They are sorted and owned by
// root, with modes 0644 and 0755 and with `date` (seconds since 1970) as every time. The bytes depend on
// nothing else. Throws Error if something cannot be read or written, and Interrupted.
Layer write_layer(const FileSet& files, const std::string& folder, std::time_t date, const HostPath& target);

}  // namespace lbundle::image
