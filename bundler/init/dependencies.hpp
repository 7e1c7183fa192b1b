// Which file lists the function's dependencies, and which extras and groups of it the function needs.
#pragma once

#include <vector>

#include "init/found.hpp"
#include "project/runtime.hpp"

namespace lbundle::init {

struct Dependencies {
  Requirements requirements;
  std::vector<Text> extras, groups;
  std::optional<Text> preinstalled;  // "runtime" if the code imports AWS's SDK and the list does not have it
  std::vector<std::string> notes;
};

// Looks for a lock file or list in the folder `code` and the folders above it, up to `folder`. In one folder
// a lock file comes before a list, except that SAM installs from requirements.txt. `outside`: the names that
// the function's code imports. Throws Error if there are dependencies that nothing locks (npm), or if a file
// is malformed.
Dependencies find_dependencies(const HostPath& folder, const HostPath& code, const Described& described,
                               const std::vector<Text>& outside, const Runtime& runtime);

}  // namespace lbundle::init
