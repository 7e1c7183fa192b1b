// May one library stand for another? Judged by what the loader would do before and after.
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
  bool by_name_only = false;  // its name holds a hash: only a DT_NEEDED can know it
};

// What a swap would do to the tree.
struct Swap {
  bool allowed = false;
  std::string reason;
  // The link at the replaced library's path, and those that let the replacement's own needs be found from
  // there.
  std::map<BundlePath, SymbolicLink> links;
  std::vector<BundlePath> orphans;  // that nobody needs any longer
  std::int64_t saved = 0;           // bytes
};

// All must outlive it.
class SharingJudge {
 public:
  SharingJudge(const FileSet& files, const elf::TreeFacts& facts, const elf::LoaderPaths& loader,
               const elf::SymbolLookup& lookup);

  // Those that could replace or be replaced, by path.
  const std::vector<SharedLibrary>& libraries() const { return libraries_; }

  // Both of the same stem.
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
