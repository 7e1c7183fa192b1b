// A system library compiled from its sources for a runtime.
#pragma once

#include "cache/store.hpp"
#include "install/library_copy.hpp"
#include "project/project.hpp"
#include "project/system_library_rules.hpp"

namespace lbundle {

// Compiled by zig for the function's processor and the runtime's glibc, from `store` or now; the first of the
// recipe's builds whose archive can be had. The same bytes on every machine. Throws Interrupted alone: what
// fails is in the answer, which is empty where the recipe has no build.
LibraryAnswer library_from_build(const SystemLibrary& library, const Function& function, const Store& store);

// An empty library of that SONAME, for the same target. Throws Error.
HostPath stub_library(const std::string& soname, const Function& function, const Store& store);

}  // namespace lbundle
