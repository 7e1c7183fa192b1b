// Converts lock files and pyproject.toml to requirements that pip can install.
#pragma once

#include "cache/store.hpp"
#include "project/project.hpp"

namespace lbundle {

// Returns `requirements` if it is already a list for pip. Otherwise returns a list that is made from it and
// written to `folder`. The tool that owns the format makes it: uv.lock, poetry.lock, Pipfile.lock. A
// pyproject.toml is read by the lock file beside it, or, if there is none, by its own [project] dependencies.
// Paths in the list are absolute. Throws Error with the end of the tool's log.
HostPath requirements_for_pip(const HostPath& requirements, const HostPath& folder, const Store& store);

}  // namespace lbundle
