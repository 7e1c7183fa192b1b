// A container image as a folder: an OCI image layout, which skopeo, podman, docker and registries' tools
// take.
#pragma once

#include <optional>
#include <string>

#include "image/layer.hpp"

namespace lbundle::image {

struct ImageOptions {
  std::string architecture;      // as images name it: "amd64", "arm64"
  std::optional<HostPath> base;  // an image layout of the runtime's image; none: the files' layer alone
  std::string handler;           // as Lambda's Handler setting, the image's command; empty: the base's own
  std::time_t date = 0;          // of the files and of the image, seconds since 1970
};

struct WrittenImage {
  HostPath path;
  Digest manifest;      // the image's name for those who pull it
  ByteSize compressed;  // all layers, as they are stored and pulled
  ByteSize layer;       // of that, the function's own
  std::size_t layers = 0;
};

// Writes `files` as a layer that lies at /var/task, over the layers of the base, to the folder `output`:
// there whole or not at all. An image layout that was there is replaced; anything else under that name is an
// Error. So are a base that is no image layout, holds no image for the architecture or lacks a blob. Same
// files and options, same bytes. Throws Error, Interrupted. Source of the forms: OCI image specification 1.0,
// image-layout.md, manifest.md, config.md.
WrittenImage write_image(const FileSet& files, const HostPath& output, const ImageOptions& options);

}  // namespace lbundle::image
