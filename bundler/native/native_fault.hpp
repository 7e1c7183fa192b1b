// What is wrong with native code of a bundle, and was not unshrunk.
#pragma once

#include <set>

#include "model/bundle.hpp"
#include "model/repair.hpp"

namespace lbundle {

struct NativeFault {
  std::string what;            // "loading a/b.so (undefined symbol: f)", "importing a before b (…)"
  std::set<BundlePath> files;  // staged, whose change is to blame: those that were written anew or shared
};

using NativeFaults = std::vector<NativeFault>;

// Leaves the files of `faults` untouched from now on. False where that changes nothing about `repair`.
bool undo_changes(const NativeFaults& faults, const Decisions& decisions, Repair& repair);

// Where nothing is repaired: an error "native-fault" for each, its hint the line for the project file.
Findings native_fault_findings(const NativeFaults& faults);

// Of a bundle, which staged file lies at a path of it in another form, and what has become of it: changes by
// dedupe and strip alone.
class NativeChanges {
 public:
  explicit NativeChanges(const Bundle& bundle);

  // By path in the bundle, the staged path. Only for files of which a stage made something else.
  const std::map<BundlePath, BundlePath>& written_anew() const { return written_anew_; }
  // By path in the bundle of the link, the staged path of what it stands for.
  const std::map<BundlePath, BundlePath>& shared() const { return shared_; }
  // The staged paths that have to stay as they are for the one at `link` to be a file of its own again:
  // itself and what stands for it.
  std::set<BundlePath> of_sharing(const BundlePath& link) const;

 private:
  const Bundle& bundle_;
  std::map<BundlePath, BundlePath> written_anew_, shared_;
};

}  // namespace lbundle
