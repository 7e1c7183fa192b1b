// The last step of a build: its outputs, all of them or none.
#pragma once

#include <string>

#include "project/project.hpp"

namespace lbundle {

// Where a build that failed its judgement leaves its zip for a look.
HostPath rejected_folder(const Project& project);

// Where zip, manifest and page of one build go.
struct Outputs {
  HostPath zip;

  HostPath manifest() const;
  HostPath page() const;
};

// Puts the zip at `packed`, which is moved, and the two texts in their places. What stood there stays as it
// was where one of them cannot be written: throws Error, Interrupted.
void publish(const Outputs& outputs, const HostPath& packed, const std::string& manifest,
             const std::string& page);

// As a report shows it: relative where that is shorter.
std::string shown(const HostPath& path);

}  // namespace lbundle
