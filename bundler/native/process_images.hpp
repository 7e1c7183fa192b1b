// Process images: the objects that the loader would bring into each process that a tree can begin.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <vector>

#include "elf/library_graph.hpp"
#include "model/file_set.hpp"

namespace lbundle {

// Every process image that the tree's own files can begin. There is one for each module, program or library
// that no other file needs.
class ProcessImages {
 public:
  ProcessImages(const FileSet& files, const elf::TreeFacts& facts, const elf::LoaderPaths& loader);

  // Copies `before`, but builds the images that load `replaced` again. `files` is the tree after the swap.
  ProcessImages(const ProcessImages& before, const BundlePath& replaced, const FileSet& files,
                const elf::TreeFacts& facts, const elf::LoaderPaths& loader);

  using Scope = std::vector<elf::LoadedObject>;
  using Scopes = std::map<BundlePath, std::shared_ptr<const Scope>>;  // by root
  const Scopes& scopes() const { return scopes_; }
  // Libraries that some image loads for a DT_NEEDED, by path of the regular file.
  const std::set<BundlePath>& needed() const { return needed_; }

 private:
  void find_needed();

  Scopes scopes_;
  std::set<BundlePath> needed_;
};

// The object of `scope` that was loaded from `file`, or nullptr.
const elf::LoadedObject* object_of(const ProcessImages::Scope& scope, const BundlePath& file);

}  // namespace lbundle
