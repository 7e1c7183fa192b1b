// How events are run: one plan, from which the arguments for bubblewrap or a container engine are made.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/container.hpp"
#include "project/project.hpp"
#include "python/interpreter.hpp"
#include "sandbox/node_program.hpp"

namespace lbundle {

// One way to run events over a tree. Copyable; holds no process.
struct SandboxPlan {
  HostPath tree;                 // mounted read-only at /var/task
  std::vector<HostPath> layers;  // unpacked, merged read-only at /opt; a later one wins over an earlier one
  std::string handler;
  std::map<std::string, std::string> environment;  // the function's own
  Sandbox settings;
  Runtime runtime;
  Interpreter interpreter;          // of a Python runtime; for other runtimes the driver's Python
  std::optional<NodeProgram> node;  // of Node.js runtimes
  std::string client_name;          // of Node.js runtimes: "aws-lambda-ric 3.3.0"
  std::string function_name;
  // The function's own modules, by path in the sandbox. If there are some, it is looked whether an event runs
  // any of them. Of a Node.js function they are all files outside node_modules, whatever is named here.
  std::vector<std::string> watched_files = {};
  Deployment deployment;
  HostPath scratch;           // lbundle's own folder for logs and answers
  HostPath client;            // the folder of AWS's client, for /var/runtime; empty: the built-in loader
  HostPath runtime_packages;  // packages that the runtime has beside its client; empty: none
  std::optional<Container> container;  // a container of the runtime's image; none: bubblewrap
};

}  // namespace lbundle
