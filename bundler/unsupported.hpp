// What a project file may ask for and this version does not do: said before any work is done, never passed
// over.
#pragma once

#include <optional>

#include "engine/container_choice.hpp"
#include "model/error.hpp"
#include "project/project.hpp"

namespace lbundle {

// Throws Error where the project asks for what this version cannot stage or run.
void require_bundleable(const Project& project);

// What keeps its events from running here; nothing where they can.
std::optional<Error> why_not_runnable(const Project& project);

// What keeps the sandbox of `backend` from working; nothing where it works.
std::optional<Error> why_no_sandbox(const Backend& backend);

// Throws Error where its events cannot be run here; includes require_bundleable.
void require_runnable(const Project& project);

}  // namespace lbundle
