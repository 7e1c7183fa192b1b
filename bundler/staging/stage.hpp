// stage: from the project to the unshrunk tree, with every dependency as the runtime expects it.
#pragma once

#include "cache/store.hpp"
#include "engine/container_choice.hpp"
#include "model/bundle.hpp"
#include "project/project.hpp"
#include "python/interpreter.hpp"
#include "staging/staging_inputs.hpp"

namespace lbundle {

// Returns the tree at WORKSPACE/staged: the requirements installed for the runtime (in the image of
// `backend`, if it has one), the libraries that the runtime lacks, the function's own files, and bytecode
// (unchecked-hash, in __pycache__) for every Python file. Files that did not change since the last call are
// not installed, copied or compiled again. For Node.js the packages come from package-lock.json, there is no
// bytecode, and `interpreter` is empty. Throws Error; if pip fails, the error has the end of its log and the
// requirement that failed.
StagedTree stage(const StagingInputs& inputs, const Interpreter& interpreter, const Backend& backend,
                 const Store& store, unsigned jobs);

// Where staging puts AWS's runtime interface client, for SandboxPlan::client. Absent if it could not be
// fetched.
HostPath runtime_client_folder(const HostPath& workspace);

// Where staging puts the packages that the function leaves to the runtime. Absent if there are none.
HostPath runtime_packages_folder(const HostPath& workspace);

}  // namespace lbundle
