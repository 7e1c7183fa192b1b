// What a pyproject.toml says about dependencies. Source: PEP 621.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "model/host_path.hpp"

namespace lbundle {

// Returns the dependencies in [project], as written. Throws Error with the place of a mistake. Throws Error
// if the file leaves the dependencies to a tool (`dynamic`, or no [project] table).
std::vector<std::string> project_dependencies(const HostPath& file);

// Sets of dependencies beside the main ones, by their names as written. The lists of requirements are
// complete: a group that includes another one has its requirements too, and so has an extra that names the
// project with another extra. Of poetry's sets there are only the names of the packages, and of a Pipfile's
// none.
struct DependencySets {
  std::map<std::string, std::vector<std::string>> extras, groups;
};

// Returns the extras and groups of a pyproject.toml: those of [project.optional-dependencies] and
// [dependency-groups], and poetry's. Of a Pipfile: its categories, as groups. Source: PEP 621, PEP 735;
// poetry's documentation, "Managing dependencies"; pipenv's, "Specifying package categories". Throws Error
// with the place of a mistake.
DependencySets dependency_sets(const HostPath& file);

}  // namespace lbundle
