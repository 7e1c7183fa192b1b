// Writes the project file and what belongs to it.
#pragma once

#include <string>
#include <vector>

#include "init/found.hpp"

namespace lbundle::init {

struct WrittenFile {
  HostPath file;
  std::string what;  // "a skeleton of the event: …"; may be empty
};

// Writes the project file, a skeleton of an event or a list of packages if `found` has one, and the lines
// that .gitignore lacks. A file that is there is not overwritten without `force`, except the project file.
// Returns what was written, the project file first. Throws Error ("cannot write …").
std::vector<WrittenFile> write_files(const Found& found, const HostPath& project_file, bool force);

}  // namespace lbundle::init
