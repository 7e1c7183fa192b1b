// What goes from stage to stage once the tree is staged.
#pragma once

#include "model/brought_library.hpp"
#include "model/decision.hpp"
#include "model/distribution.hpp"
#include "model/file_set.hpp"
#include "model/finding.hpp"

namespace lbundle {

// The unshrunk tree: every file as the runtime would want it, at `root` on this machine.
struct StagedTree {
  HostPath root;
  FileSet files;
  Distributions distributions;
  Findings findings;
  std::vector<BroughtLibrary> brought = {};  // of the system, as the runtime lacks them
};

// The tree as it will be packed. Nothing of it need exist as a tree on disk: `files` says where each content
// lies.
struct Bundle {
  FileSet files;
  Decisions decisions;
  Findings findings;
};

// For stages that change one file of a bundle; they keep `decisions` true to `files`. `path` is where it lies
// in the bundle now, which need not be where it was staged. Throws BrokenAssumption if it is not there.
void drop_file(Bundle& bundle, const BundlePath& path, Reason reason);
// Puts `node` at `becomes` in the place of `path`; what stood at `becomes` before is dropped with the same
// reason.
void replace_file(Bundle& bundle, const BundlePath& path, const BundlePath& becomes, FileNode node,
                  Reason reason);

// Bytes saved so far: before less after, over all decisions.
std::int64_t saved_bytes(const Decisions& decisions);
// Bytes of files that were not staged, such as links that let a shared library be found.
ByteSize added_bytes(const Bundle& bundle);

}  // namespace lbundle
