// loading: each library of a bundle that is not as it was staged, loaded by itself before any event runs.
#pragma once

#include "cache/store.hpp"
#include "elf/library_graph.hpp"
#include "native/native_fault.hpp"
#include "runs/unpacked_zip.hpp"
#include "sandbox/sandbox.hpp"

namespace lbundle {

struct NativeRun {
  const StagedTree& tree;
  const SandboxPlan& plan;  // of the unshrunk runs
  const Bundle& bundle;
  UnpackedZip& zip;  // of it
  elf::LoaderPaths loader;
  const Store& store;
  unsigned jobs = 1;
};

// One fault for each library that was written anew, or for which another one stands, that cannot be loaded in
// the sandbox and can be unshrunk. What the same native code told is taken from the store. Nothing for
// runtimes without a program that could load it (sandbox/native_probe.hpp). A note "not-loaded" stands in
// `findings` where the sandbox gave no answer. Throws Error where there is no sandbox.
NativeFaults loading_faults(const NativeRun& run, Findings& findings);

}  // namespace lbundle
