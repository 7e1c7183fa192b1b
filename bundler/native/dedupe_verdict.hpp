// Decides whether one library can replace another, by what the loader would do before and after the swap.
#pragma once

#include <map>
#include <set>

#include "elf/sonames.hpp"
#include "elf/symbol_lookup.hpp"
#include "native/process_images.hpp"

namespace lbundle {

// A library of the tree that others need by name.
struct SharedLibrary {
  BundlePath path;
  const elf::ElfFacts* facts = nullptr;
  elf::LibraryName name;
  bool by_name_only = false;  // its name has a hash, so only a DT_NEEDED can ask for it
};

// What a swap would do to the tree.
struct Swap {
  bool allowed = false;
  std::string reason;
  // The link at the replaced library's path, and the links through which the replacement's own needs are
  // found from there.
  std::map<BundlePath, SymbolicLink> links;
  std::vector<BundlePath> orphans;  // libraries that nothing needs any more
  std::int64_t saved = 0;           // bytes
};

// Judges swaps. All arguments of the constructor must outlive this object.
class SharingJudge {
 public:
  SharingJudge(const FileSet& files, const elf::TreeFacts& facts, const elf::LoaderPaths& loader,
               const elf::SymbolLookup& lookup);

  // The libraries that could replace another one or be replaced, by path.
  const std::vector<SharedLibrary>& libraries() const { return libraries_; }

  // Judges one swap. Both libraries must have the same stem.
  Swap judge(const SharedLibrary& replacement, const SharedLibrary& replaced) const;

 private:
  const FileSet& files_;
  const elf::TreeFacts& facts_;
  const elf::LoaderPaths& loader_;
  const elf::SymbolLookup& lookup_;
  std::set<std::string> vendors_;
  ProcessImages before_;
  std::vector<SharedLibrary> libraries_;
};

}  // namespace lbundle
