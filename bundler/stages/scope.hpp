// What a project file may ask for and this version does not do: said before any work is done, never passed
// over.
#pragma once

#include "project/project.hpp"

namespace lbundle {

// Throws Error where the project's tree cannot be staged here.
void require_stageable(const Project& project);

// Throws Error where its events cannot be run here; includes require_stageable.
void require_runnable(const Project& project);

}  // namespace lbundle
