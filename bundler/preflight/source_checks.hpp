// What a build and the doctor both ask about a project's own files, before anything is installed.
#pragma once

#include "preflight/handler_source.hpp"
#include "staging/staging_inputs.hpp"

namespace lbundle {

// Searches the function's own files. If the command of [stage] makes some of them, those that are there now.
// `layers_are_whole` is false if the function has layers that the project file does not name. Throws Error as
// search_own_files does, unless the command may make what is missing.
HandlerPlaces handler_places(const StagingInputs& inputs, bool layers_are_whole);

}  // namespace lbundle
