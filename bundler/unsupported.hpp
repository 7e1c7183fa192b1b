// Checks, before any work is done, whether the project file asks for something that this version or this
// machine cannot do.
#pragma once

#include <optional>

#include "engine/container_choice.hpp"
#include "model/error.hpp"
#include "project/project.hpp"

namespace lbundle {

// Throws Error if the function asks for what this version cannot stage or run.
void require_bundleable(const Function& function);

// Returns why this machine cannot run the function's events; nothing if it can.
std::optional<Error> why_not_runnable(const Function& function);

// Returns why the sandbox of `backend` does not work; nothing if it works.
std::optional<Error> why_no_sandbox(const Backend& backend);

}  // namespace lbundle
