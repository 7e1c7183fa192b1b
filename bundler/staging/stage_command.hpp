// Runs the command of [stage], which makes some of the function's files.
#pragma once

#include "cache/store.hpp"
#include "staging/staging_inputs.hpp"

namespace lbundle {

// Runs the command and returns the files that its `outputs` match, by their paths below the project's folder.
// They are in `store`, under a key of the inputs' contents, the command and the programs that it names, so
// the same command does not run twice. It runs in a sandbox of staging, in a copy of its inputs: the
// project's folder does not change, and what is not an input is not there. node_modules and virtual
// environments of the project are shown read-only. It has no network unless the project file gives it. Throws
// Error with the end of its output if it fails, or if one of `outputs` matches nothing.
OwnFiles run_stage_command(const StageCommand& command, const OwnFileSettings& settings, const Store& store);

}  // namespace lbundle
