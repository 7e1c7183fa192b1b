// What a project's stages share on disk and in the sandbox: the interpreter, the layers, the plan to run
// events by.
#pragma once

#include "engine/container_choice.hpp"
#include "project/project.hpp"
#include "sandbox/sandbox.hpp"

namespace lbundle {

// Unpacks each layer to WORKSPACE/layers/DIGEST, where DIGEST is that of its zip, and returns these folders
// in order.
std::vector<HostPath> unpack_layers(const std::vector<Layer>& layers, const HostPath& workspace,
                                    unsigned jobs);

// What the layers take of the limit on unzipped bytes: these, unpacked, and `others`, which the project file
// says that further layers take.
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
  // "other-node"; "runtime-client", a note that says which client runs the events of a Node.js function;
  // "interpreter-fetched".
  Findings findings;
};

// How to run events over `tree`. Fetches what this machine lacks of the runtime's programs. Throws Error if
// it cannot.
PlannedEvents plan_events(const EventSettings& settings, const Interpreter& interpreter, const HostPath& tree,
                          const Backend& backend, const Store& store);

}  // namespace lbundle
