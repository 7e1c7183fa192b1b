// Converts lock files and pyproject.toml to requirements that pip can install.
#pragma once

#include "cache/store.hpp"
#include "project/project.hpp"

namespace lbundle {

// Returns `function` with a list for pip as its `requirements`. If they are one already, nothing changes.
// Otherwise the list is made from them and written to `folder`, and `lock_file` names what it was made from.
// The tool that owns the format makes it: uv.lock, poetry.lock, Pipfile.lock. A pyproject.toml is read by the
// lock file beside it, or, if there is none, by its own [project] dependencies. The list has the main
// dependencies and those of the function's `extras` and `groups`. Paths in it are absolute. Throws Error with
// the end of the tool's log, and an Error (wrong_usage) that lists the known names if there is no such extra
// or group.
Function with_list_for_pip(Function function, const HostPath& folder, const Store& store);

}  // namespace lbundle
