// Where handlers run, to be traced and verified: as like Lambda as this machine allows.
#pragma once

#include "engine/container.hpp"
#include "model/access_log.hpp"
#include "os/spawn.hpp"
#include "project/project.hpp"
#include "python/interpreter.hpp"
#include "sandbox/node_program.hpp"

namespace lbundle {

// What one invocation gave.
struct Answer {
  std::string event;
  ProcessEnd end;         // of the runtime's process; error_output is the function's log
  bool returned = false;  // the handler gave a result; `result` holds it as JSON text
  std::string result;
  std::string error_type, error_message, traceback;  // where it raised, or the module could not be imported
  double init_seconds = 0.0;                         // import of the handler's module
  double invoke_seconds = 0.0;
  std::uint64_t peak_memory = 0;  // bytes, resident
  std::uint64_t bytes_read = 0;   // from the disk: 0 where all of it was in the page cache
  std::string client;             // what ran it: "awslambdaric 4.2.2", or "built-in" for our own loader
  // What it left in /tmp, where Event::compare_tmp asks: path below it -> SHA-256 in hexadecimal, or "link to
  // …".
  std::map<std::string, std::string> left_in_tmp;
};

// Answer::error_type of a function that was killed because it needed more than its memory.
inline constexpr const char* out_of_memory_error = "Runtime.OutOfMemory";

// One way to run events over a tree. Copyable; holds no process.
struct SandboxPlan {
  HostPath tree;                 // mounted read-only at /var/task
  std::vector<HostPath> layers;  // unpacked, merged read-only at /opt, the later over the earlier
  std::string handler;
  std::map<std::string, std::string> environment;  // the function's own
  Sandbox settings;
  Runtime runtime;
  Interpreter interpreter;          // of Python; for other runtimes that of the driver alone
  std::optional<NodeProgram> node;  // of Node.js runtimes
  std::string client_name;          // of Node.js runtimes: "aws-lambda-ric 3.3.0"
  std::string function_name;
  HostPath scratch;           // a folder of ours for logs and answers
  HostPath client;            // AWS's client, installed, for /var/runtime; empty: the built-in loader
  HostPath runtime_packages;  // the runtime's own beside its client; empty: none
  std::optional<Container> container;  // of the runtime's image; none: bubblewrap
};

// Runs one event in a fresh process of the runtime's interpreter. An answer is given for whatever the handler
// does; Error is thrown where the sandbox itself cannot be made.
Answer run_event(const SandboxPlan& plan, const Event& event);

// As run_event, under the tracer. `log` is where the tracer's records go (appended).
Answer trace_event(const SandboxPlan& plan, const Event& event, int run, TraceMethod method,
                   const HostPath& log);

// Names what of `plan` no other field of it does, and our part in an answer: for keys of caches.
std::string sandbox_version(const SandboxPlan& plan);

}  // namespace lbundle
