// What every sandbox shows, whoever makes it.
#pragma once

#include <string>

#include "model/lambda_paths.hpp"
#include "sandbox/sandbox.hpp"

namespace lbundle {

// Files and folders of one run, made by the caller, that the sandbox shows.
struct SandboxFiles {
  HostPath driver;   // shown as /var/runtime/bootstrap.py
  HostPath modules;  // the driver's package, shown as /var/runtime/lbundle_driver
  HostPath layers;   // shown at /opt; empty where there are none
  HostPath passwd, group, hosts;
  HostPath tracer;  // shown as /var/runtime/lbundle-trace; empty for an untraced run
};

// A file or folder of this machine, and where the sandbox shows it, read-only.
struct ShownFile {
  HostPath source;
  std::string target;
};

// What the place where events run must have, under the runtime's name for it; of a program of the function's
// own, the shell that starts it in an image.
std::string interpreter_in_sandbox(const SandboxPlan& plan);

// Where the driver, its package and the tracer are shown. All lie in runtime_root.
inline constexpr const char* bootstrap_in_sandbox = "/var/runtime/bootstrap.py";
inline constexpr const char* driver_package_in_sandbox = "/var/runtime/lbundle_driver";
inline constexpr const char* tracer_in_sandbox = "/var/runtime/lbundle-trace";

}  // namespace lbundle
