// Links to folders that are met on the way through the function's own files.
#pragma once

#include <vector>

#include "model/error.hpp"
#include "model/host_path.hpp"

namespace lbundle {

// The folder that links may lead into when they lie below `project`: the repository of `project`, which is
// the nearest folder above it that has ".git". Without a repository: the folder that `project` is in, so that
// a link to a folder beside it works.
HostPath folder_of_links(const HostPath& project);

enum class LinkFate {
  enter,
  goes_round,  // it leads to a folder that the walk is in, or to one above it
  leaves       // it leads out of `folder_of_links`
};

// `link` is a link to a folder, or the folder itself. `open`: the folders that the walk is in, resolved.
LinkFate fate_of_link(const HostPath& link, const HostPath& folder_of_links,
                      const std::vector<HostPath>& open);

// git writes a link as a file with the link's text where the file system or core.symlinks has no links.
// Returns the folder that such a file would lead to; empty if `file` is not one. Source: git-config(1),
// core.symlinks.
HostPath folder_of_link_text(const HostPath& file);

// "cannot follow 'shared': it is a link to the folder …". `project`: the folder of the project file.
Error link_leaves(const HostPath& link, const HostPath& project);

}  // namespace lbundle
