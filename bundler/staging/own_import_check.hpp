// Judges what the function's own code imports, before any event runs.
#pragma once

#include "model/file_set.hpp"
#include "python/interpreter.hpp"
#include "staging/staging_inputs.hpp"

namespace lbundle {

// Returns findings of code "own-import-missing" and "import-missing" (python_reach/own_imports.hpp,
// node/own_loads.hpp) for the own files of the staged tree `files`. None for provided runtimes.
Findings judge_own_imports(const StagingInputs& inputs, const FileSet& files, const OwnFiles& own,
                           const Interpreter& interpreter, const Store& store, unsigned jobs);

}  // namespace lbundle
