// stage: Project -> the unshrunk tree, every dependency as the runtime would want it.
#pragma once

#include "cache/store.hpp"
#include "engine/container_choice.hpp"
#include "model/bundle.hpp"
#include "project/project.hpp"
#include "python/interpreter.hpp"

namespace lbundle {

// The tree at project.workspace()/staged: the requirements installed for the runtime, in the image of
// `backend` where it has one; the function's own files beside them; and bytecode (unchecked-hash, in
// __pycache__) for every Python file. What did not change since the last call is not installed, copied or
// compiled again. For Node.js, the packages of package-lock.json stand in the place of requirements and
// bytecode, and `interpreter` is empty. Throws Error with the end of pip's log and the requirement that
// failed.
StagedTree stage(const Project& project, const Interpreter& interpreter, const Backend& backend,
                 const Store& store, unsigned jobs);

// Where staging puts AWS's runtime interface client, for SandboxPlan::client; not there where it could not be
// had.
HostPath runtime_client_folder(const Project& project);

// Where staging puts the packages that the function leaves to the runtime; not there where it leaves it
// nothing.
HostPath runtime_packages_folder(const Project& project);

}  // namespace lbundle
