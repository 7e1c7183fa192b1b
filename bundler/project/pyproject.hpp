// What a pyproject.toml says about dependencies. Source: PEP 621.
#pragma once

#include <string>
#include <vector>

#include "model/host_path.hpp"

namespace lbundle {

// Returns the dependencies in [project], as written. Throws Error with the place of a mistake. Throws Error
// if the file leaves the dependencies to a tool (`dynamic`, or no [project] table).
std::vector<std::string> project_dependencies(const HostPath& file);

}  // namespace lbundle
