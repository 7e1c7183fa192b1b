// What a pyproject.toml says of dependencies. Source: PEP 621.
#pragma once

#include <string>
#include <vector>

#include "model/host_path.hpp"

namespace lbundle {

// [project] dependencies, as written. Throws Error with the place of a mistake; and where the file leaves
// them to a tool (`dynamic`, no [project] table).
std::vector<std::string> project_dependencies(const HostPath& file);

}  // namespace lbundle
