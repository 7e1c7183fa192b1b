// What a project's stages share on disk and in the sandbox: the interpreter, the layers, the plan to run
// events by.
#pragma once

#include "engine/container_choice.hpp"
#include "project/project.hpp"
#include "sandbox/sandbox.hpp"

namespace lbundle {

// The project's layers, each unpacked below .lbundle/layers under its own digest, in their order.
std::vector<HostPath> unpack_layers(const Project& project, unsigned jobs);

// What the function's layers take of the unzipped limit: those of the project file, unpacked, and what it
// says that others use.
ByteSize layers_size(const Project& project);

// The Python of a Python runtime, found or fetched (python/obtain_interpreter.hpp); for other runtimes none
// (an empty `program`), as their trees have no bytecode. Throws Error where it cannot be had.
Interpreter staging_interpreter(const Project& project, const Store& store);

// How to run the project's events over `tree`, with what of the runtime's programs has to be fetched for it.
// Findings: "other-node"; "runtime-client", a note that says what the events of a Node.js function go
// through; "interpreter-fetched".
SandboxPlan plan_events(const Project& project, const Interpreter& interpreter, const HostPath& tree,
                        const std::vector<HostPath>& layers, const Backend& backend, const Store& store,
                        Findings& findings);

}  // namespace lbundle
