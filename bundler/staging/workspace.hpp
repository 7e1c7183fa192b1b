// What a project's stages share: the interpreter, the unpacked layers, and the plan for running events.
#pragma once

#include "engine/container_choice.hpp"
#include "project/project.hpp"
#include "sandbox/sandbox.hpp"

namespace lbundle {

// Unpacks each layer to WORKSPACE/layers/DIGEST, where DIGEST is that of its zip, and returns these folders
// in order.
std::vector<HostPath> unpack_layers(const std::vector<Layer>& layers, const HostPath& workspace,
                                    unsigned jobs);

// Returns how much of the limit on unzipped bytes the layers use: the unpacked size of `layers`, and
// `others`, the size that the project file gives for further layers.
ByteSize layers_size(const std::vector<Layer>& layers, ByteSize others);

// The Python of a Python runtime, found or fetched (python/obtain_interpreter.hpp). Empty for other runtimes
// (`program` is empty), because their trees have no bytecode. Throws Error if it is neither found nor
// fetched.
Interpreter staging_interpreter(const Runtime& runtime, InterpreterChoice choice, const Store& store);

// What running events needs of a project.
struct EventSettings {
  Function function;
  std::map<std::string, std::string> environment;  // the function's own
  Sandbox sandbox;
  std::vector<HostPath> layers;  // unpacked
  HostPath workspace;
};

struct PlannedEvents {
  SandboxPlan plan;
  // Codes: "other-node"; "runtime-client", a note that says which client runs the events of a Node.js
  // function; "interpreter-fetched".
  Findings findings;
};

// Returns the plan for running events over `tree`. Fetches the runtime's programs that this machine lacks.
// Throws Error if it cannot.
PlannedEvents plan_events(const EventSettings& settings, const Interpreter& interpreter, const HostPath& tree,
                          const Backend& backend, const Store& store);

}  // namespace lbundle
