// Writes a container image as a folder: an OCI image layout, which skopeo, podman, docker and the
// tools of registries read.
#pragma once

#include <optional>
#include <string>

#include "image/layer.hpp"

namespace lbundle::image {

struct ImageOptions {
  std::string architecture;  // as images name it: "amd64", "arm64"
  // An image layout with the runtime's image. Without it, the image is only the layer of the files.
  std::optional<HostPath> base;
  // Lambda's Handler setting, which becomes the image's command. Empty: the base's command.
  std::string handler;
  std::time_t date = 0;  // of the files and of the image, seconds since 1970
};

struct WrittenImage {
  HostPath path;
  Digest manifest;      // of the manifest: the name under which the image is pulled
  ByteSize compressed;  // the size of all layers, as they are stored and pulled
  ByteSize layer;       // of these, the layer of the function's own files
  std::size_t layers = 0;
};

// Writes an image to the folder `output`: the layers of the base, and over them a layer with
// `files` at /var/task. The folder is written completely or not at all. An older image layout
// there is replaced; anything else under that name is an Error. It is also an Error if the base is
// not an image layout, has no image for the architecture or lacks a blob. The same files and
// options give the same bytes. Throws Error and Interrupted. Source of the formats: OCI image
// specification 1.0, image-layout.md, manifest.md, config.md.
WrittenImage write_image(const FileSet& files, const HostPath& output, const ImageOptions& options);

}  // namespace lbundle::image
