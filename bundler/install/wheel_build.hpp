// Compiles sources on this machine for the runtime.
#pragma once

#include "cache/store.hpp"
#include "project/project.hpp"
#include "python/interpreter.hpp"

namespace lbundle {

// What to compile: arguments of `pip wheel` that name one requirement, and the folders that the build needs.
struct WheelBuild {
  std::string subject;  // as errors name it
  std::vector<std::string> request;
  std::vector<HostPath> shown;  // paths of this machine that the build may read
  HostPath given;               // a folder that it may also write to
};

// Compiles the requirement with pip in a sandbox and returns the wheel, which is in `folder`. zig compiles C
// and C++ for the runtime's glibc and the function's architecture, and the wheel's name says so. Returns
// nothing if the requirement's marker excludes this runtime, or if no index has its sources. Throws Error
// with a hint what to do if this machine cannot compile it, or with the end of the log if the compilation
// failed.
std::optional<HostPath> build_wheel(const Function& function, const Interpreter& interpreter,
                                    const Store& store, const WheelBuild& build, const HostPath& folder);

}  // namespace lbundle
