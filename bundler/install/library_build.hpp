// Compiles a system library from its sources for a runtime.
#pragma once

#include "cache/store.hpp"
#include "install/library_copy.hpp"
#include "project/project.hpp"
#include "project/system_library_rules.hpp"

namespace lbundle {

// Returns the library, compiled by zig for the function's processor and the runtime's glibc, from `store` or
// now. For each SONAME, it is the first of the recipe's builds that succeeds. The bytes are the same on every
// machine. Throws only Interrupted: failures are in the answer, which is empty if the recipe has no build.
LibraryAnswer library_from_build(const SystemLibrary& library, const Function& function, const Store& store);

// Returns an empty library with that SONAME, for the same target. Throws Error.
HostPath stub_library(const std::string& soname, const Function& function, const Store& store);

}  // namespace lbundle
