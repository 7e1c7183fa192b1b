// Lock files, and pyproject.toml, as requirements that pip installs.
#pragma once

#include "cache/store.hpp"
#include "project/project.hpp"

namespace lbundle {

// What `function.requirements` names where it is a list for pip; otherwise a list made of it, in `folder`,
// by the tool that owns the format: uv.lock, poetry.lock, Pipfile.lock; pyproject.toml by the lock file
// beside it, or, where there is none, by its own [project] dependencies. Paths in it are absolute. Throws
// Error with the end of the tool's log.
HostPath requirements_for_pip(const HostPath& requirements, const HostPath& folder, const Store& store);

}  // namespace lbundle
