// Sources compiled on this machine for the runtime.
#pragma once

#include "cache/store.hpp"
#include "project/project.hpp"
#include "python/interpreter.hpp"

namespace lbundle {

// What is compiled: arguments of `pip wheel` that name one requirement, and the folders it is looked for in.
struct WheelBuild {
  std::string subject;  // as errors name it
  std::vector<std::string> request;
  std::vector<HostPath> shown;  // paths of this machine that it may read, wherever they lie
  HostPath given;               // a folder that it may write to as well
};

// The wheel that pip makes of it in a sandbox, in `folder`: C and C++ compiled by zig for the runtime's glibc
// and the function's architecture, and named so. Nothing where its marker says that this runtime does not
// want it, or where no index has sources of it. Throws Error where this machine cannot compile it, with the
// way out, or where it could not be compiled, with the end of the log.
std::optional<HostPath> build_wheel(const Function& function, const Interpreter& interpreter,
                                    const Store& store, const WheelBuild& build, const HostPath& folder);

}  // namespace lbundle
