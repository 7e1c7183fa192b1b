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

// The facts of every ELF file of a tree, by path; and of those that could not be read, why.
struct TreeFacts {
  std::map<BundlePath, std::shared_ptr<const ElfFacts>> files;
  std::map<BundlePath, std::string> malformed;

  // Null where `path` is no readable ELF file.
  const ElfFacts* find(const BundlePath& path) const;
};

// Where the bundle lies at run time, and where the loader looks beside RPATH and RUNPATH.
struct LoaderPaths {
  std::string root = task_root;
  std::vector<BundlePath> library_path;  // the folders of LD_LIBRARY_PATH that lie in the bundle, in order
};

// Of LD_LIBRARY_PATH's folders those inside the bundle at `root`.
std::vector<BundlePath> folders_below(const std::string& root, const std::vector<std::string>& library_path);

enum class Found {
  in_tree,    // by the search order
  by_soname,  // not by the search, but a file of the tree has that SONAME: right if it was loaded before
  outside,    // the runtime's own, or missing: the tree does not know
};

struct Resolution {
  Found how = Found::outside;
  BundlePath path;               // the name under which the loader opens it
  BundlePath file;               // the regular file behind it
  std::set<BundlePath> crossed;  // the links between the two
};

// An object of a process image, in the order in which symbols are looked up.
struct LoadedObject {
  std::string name;                 // of the DT_NEEDED that brought it first; the path for the root
  BundlePath path, file;            // as in Resolution; empty for what is outside
  const ElfFacts* facts = nullptr;  // null for what is outside
  std::size_t loader = 0;           // index of the object whose DT_NEEDED it was
  std::set<BundlePath> crossed;
  Found how = Found::in_tree;
  std::set<std::string> also;  // further names of links by which later needs came to it
};

class LibraryGraph {
 public:
  // Both must outlive it.
  LibraryGraph(const FileSet& files, const TreeFacts& facts, LoaderPaths paths = {});

  // What dlopen(path) brings into a process that has nothing of the tree yet: breadth first, the root in
  // front. Searched for each: DT_RPATH of the object that needs it and of those that brought that one in
  // (none where it has a RUNPATH), LD_LIBRARY_PATH, RUNPATH. $ORIGIN is the folder of the name under which
  // the object was opened, not of the file behind a link: glibc resolves no links. What is loaded already
  // satisfies by file, name or SONAME. Empty for what is no ELF.
  std::vector<LoadedObject> scope(const BundlePath& path) const;

  // As if `path` were the root of the load.
  Resolution resolve(const BundlePath& path, const std::string& needed) const;

  // Files and links of the tree that the loader opens or crosses for `path`, itself excluded; by_soname
  // included.
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
