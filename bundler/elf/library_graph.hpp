// Which file of a bundle the loader takes for each DT_NEEDED, as glibc's ld.so looks them up.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "elf/elf_file.hpp"
#include "model/file_set.hpp"
#include "model/lambda_paths.hpp"

namespace lbundle::elf {

// The facts of every ELF file of a tree, by path. For files that could not be read: why.
struct TreeFacts {
  std::map<BundlePath, std::shared_ptr<const ElfFacts>> files;
  std::map<BundlePath, std::string> malformed;

  // Null if `path` is not a readable ELF file.
  const ElfFacts* find(const BundlePath& path) const;
};

// Where the bundle is at run time, and which folders the loader searches beside RPATH and RUNPATH.
struct LoaderPaths {
  std::string root = task_root;
  std::vector<BundlePath> library_path;  // the folders of LD_LIBRARY_PATH inside the bundle, in order
};

// Those folders of LD_LIBRARY_PATH that are inside the bundle at `root`.
std::vector<BundlePath> folders_below(const std::string& root, const std::vector<std::string>& library_path);

enum class Found {
  in_tree,    // by the search order
  by_soname,  // not found, but a file of the tree has that SONAME: right if it was loaded before
  outside,    // from the runtime, or missing: the tree cannot say which
};

struct Resolution {
  Found how = Found::outside;
  BundlePath path;               // the name under which the loader opens it
  BundlePath file;               // the regular file behind it
  std::set<BundlePath> crossed;  // the links between the two
};

// An object of a process image, in the order in which symbols are looked up.
struct LoadedObject {
  std::string name;                 // the DT_NEEDED that first brought it; for the root, its path
  BundlePath path, file;            // as in Resolution; empty if it is outside the tree
  const ElfFacts* facts = nullptr;  // null if it is outside the tree
  std::size_t loader = 0;           // index of the object whose DT_NEEDED brought it
  std::set<BundlePath> crossed;
  Found how = Found::in_tree;
  std::set<std::string> also;  // names of other links by which later objects asked for it
};

class LibraryGraph {
 public:
  // Both must outlive it.
  LibraryGraph(const FileSet& files, const TreeFacts& facts, LoaderPaths paths = {});

  // The objects that dlopen(path) brings into a process that has loaded nothing of the tree: breadth first,
  // the root in front. Empty if `path` is not an ELF file.
  //
  // For each DT_NEEDED, these places are searched in this order. First the DT_RPATH of the object that needs
  // it and of the objects that brought that one in, unless the object that needs it has a RUNPATH. Then
  // LD_LIBRARY_PATH, then RUNPATH. $ORIGIN is the folder of the name under which the object was opened, not
  // of the file behind a link, because glibc resolves no links. An object that is already loaded is taken
  // again if the file, the name or the SONAME is the same.
  std::vector<LoadedObject> scope(const BundlePath& path) const;

  // The file that the loader takes for `needed` if `path` is the root of the load.
  Resolution resolve(const BundlePath& path, const std::string& needed) const;

  // Files and links of the tree that the loader opens or follows for `path`, without `path` itself. Files
  // that were found by their SONAME are included.
  std::vector<BundlePath> needed_by(const BundlePath& path) const;

  const TreeFacts& facts() const { return facts_; }
  const FileSet& files() const { return files_; }

 private:
  Resolution search(const std::vector<LoadedObject>& loaded, std::size_t loader,
                    const std::string& needed) const;
  bool try_folders(const std::string& folders, const BundlePath& origin, const std::string& needed,
                   Resolution& found) const;
  bool try_path(const BundlePath& path, Resolution& found) const;
  std::optional<BundlePath> expand(std::string folder, const BundlePath& origin) const;

  const FileSet& files_;
  const TreeFacts& facts_;
  LoaderPaths paths_;
  std::unordered_map<std::string, BundlePath> by_soname_;
};

}  // namespace lbundle::elf
