// Faults of a bundle's native code that the staged code does not have.
#pragma once

#include <set>

#include "model/bundle.hpp"
#include "model/repair.hpp"

namespace lbundle {

struct NativeFault {
  std::string what;            // "loading a/b.so (undefined symbol: f)", "importing a before b (…)"
  std::set<BundlePath> files;  // staged files whose change is the cause: rewritten or shared
};

using NativeFaults = std::vector<NativeFault>;

// `repair` with the files of `faults` left untouched; equal to `repair` if they already are. `decisions` are
// those of the bundle with the faults.
Repair with_changes_undone(Repair repair, const NativeFaults& faults, const Decisions& decisions);

// An error "native-fault" for each fault that was not repaired. Its hint is the line for the project file.
Findings native_fault_findings(const NativeFaults& faults);

// Staged files that a bundle has at the same path in another form. Only the two trees are compared and no
// decision is read, so the bundle may come from another tool.
class NativeChanges {
 public:
  // Both must outlive this.
  NativeChanges(const FileSet& staged, const FileSet& bundle);

  // Files whose bytes differ from the staged file.
  const std::set<BundlePath>& rewritten() const { return rewritten_; }
  // Links where a file was staged: another file now replaces it.
  const std::set<BundlePath>& shared() const { return shared_; }
  // The paths that must stay as they were staged, so that the one at `link` is a file of its own again:
  // `link` itself, and the file that replaces it.
  std::set<BundlePath> of_sharing(const BundlePath& link) const;

 private:
  const FileSet& bundle_;
  std::set<BundlePath> rewritten_, shared_;
};

}  // namespace lbundle
