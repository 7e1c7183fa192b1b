// What every sandbox shows, whatever makes it.
#pragma once

#include <string>

#include "model/lambda_paths.hpp"
#include "sandbox/sandbox.hpp"

namespace lbundle {

// Files and folders of one run that the sandbox shows. The caller makes them.
struct SandboxFiles {
  HostPath driver;   // shown as /var/runtime/bootstrap.py
  HostPath modules;  // the driver's package, shown as /var/runtime/lbundle_driver
  HostPath layers;   // shown at /opt; empty if there are none
  HostPath passwd, group, hosts;
  HostPath tracer;  // shown as /var/runtime/lbundle-trace; empty for an untraced run
};

// How many bytes of what a function prints are kept, of stdout and of stderr. As many as Lambda permits for
// an answer (RESPONSE_LIMIT of lbundle_driver/runtime_api.py): a log that nobody reads need not be longer.
inline constexpr std::size_t most_log = 6'291'556;

// A file or folder of this machine, and the path at which the sandbox shows it, read-only.
struct ShownFile {
  HostPath source;
  std::string target;
};

// The path, under the runtime's name, of the program that must exist where events run. For a function that is
// a program of its own, it is the shell that starts it in an image.
std::string interpreter_in_sandbox(const SandboxPlan& plan);

// Where the driver, its package and the tracer are shown. All are in runtime_root.
inline constexpr const char* bootstrap_in_sandbox = "/var/runtime/bootstrap.py";
inline constexpr const char* driver_package_in_sandbox = "/var/runtime/lbundle_driver";
inline constexpr const char* tracer_in_sandbox = "/var/runtime/lbundle-trace";

}  // namespace lbundle
