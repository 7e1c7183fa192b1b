// loading: loads each library of a bundle that is not as it was staged, before any event runs.
#pragma once

#include "cache/store.hpp"
#include "elf/library_graph.hpp"
#include "native/native_fault.hpp"
#include "runs/unpacked_zip.hpp"
#include "sandbox/plan.hpp"

namespace lbundle {

// What is needed to run a bundle's native code.
struct NativeRun {
  const FileSet& staged;    // the unshrunk tree
  const FileSet& bundle;    // the files of the zip
  const SandboxPlan& plan;  // for runs on the unshrunk tree
  UnpackedZip& zip;
  elf::LoaderPaths loader;
  const Store& store;
  unsigned jobs = 1;
};

struct LoadCheck {
  NativeFaults faults;
  Findings findings;  // a note "not-loaded" if the sandbox gave no answer
};

// Returns one fault for each rewritten or shared library that cannot be loaded in the sandbox from the
// bundle, and can be loaded from the unshrunk tree. Results for the same native code come from the store.
// Empty for runtimes that have no program to load a library with (sandbox/native_probe.hpp). Throws Error if
// there is no sandbox.
LoadCheck check_loading(const NativeRun& run);

}  // namespace lbundle
