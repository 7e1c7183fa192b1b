// Compiles sources on this machine for the runtime.
#pragma once

#include "cache/store.hpp"
#include "project/project.hpp"
#include "python/interpreter.hpp"

namespace lbundle {

// What is compiled: arguments of `pip wheel` that name one requirement, and the folders in which pip looks
// for it.
struct WheelBuild {
  std::string subject;  // as errors name it
  std::vector<std::string> request;
  std::vector<HostPath> shown;  // paths of this machine that the build may read
  HostPath given;               // a folder that it may also write to
};

// Returns the wheel that pip makes in a sandbox, in `folder`: C and C++ are compiled by zig for the runtime's
// glibc and the function's architecture, and the wheel is named for them. Returns nothing if the
// requirement's marker excludes this runtime, or if no index has its sources. Throws Error if this machine
// cannot compile it, with a hint what to do, or if the compilation failed, with the end of the log.
std::optional<HostPath> build_wheel(const Function& function, const Interpreter& interpreter,
                                    const Store& store, const WheelBuild& build, const HostPath& folder);

}  // namespace lbundle
