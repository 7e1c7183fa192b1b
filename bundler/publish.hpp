// The last step of a build: its outputs, all of them or none.
#pragma once

#include <string>

#include "model/host_path.hpp"

namespace lbundle {

// Where a build whose zip was rejected leaves it, so that the user can look at it.
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

// The path as a report shows it: relative if that is shorter.
std::string shown(const HostPath& path);

}  // namespace lbundle
