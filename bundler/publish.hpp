// The last step of a build: writes all its outputs, or none of them.
#pragma once

#include <string>
#include <vector>

#include "model/host_path.hpp"

namespace lbundle {

// Returns the folder where a build leaves a rejected zip, so that the user can look at it.
HostPath rejected_folder(const HostPath& workspace);

// Where zip, manifest and page of one build go.
struct Outputs {
  HostPath zip;

  HostPath manifest() const;
  HostPath page() const;
};

// Moves the zip at `packed` to its place, and writes the two texts beside it. If one of the three cannot be
// written, the files that were there stay as they were. Throws Error, Interrupted.
void publish(const Outputs& outputs, const HostPath& packed, const std::string& manifest,
             const std::string& page);

// Notes in the workspace that this zip is lbundle's own, so that no later build bundles it.
void remember_published(const HostPath& workspace, const HostPath& zip);
// The zips that builds of this workspace have published.
std::vector<HostPath> published_earlier(const HostPath& workspace);

// Returns the path as a report shows it: relative to the current folder, unless that needs more than one
// "..".
std::string shown(const HostPath& path);

}  // namespace lbundle
