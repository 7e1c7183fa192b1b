// The regular files and symbolic links of a tree, by path. A folder exists if something is in it.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>

#include "model/bundle_path.hpp"
#include "model/byte_size.hpp"
#include "model/digest.hpp"
#include "model/host_path.hpp"
#include "model/path_range.hpp"

namespace lbundle {

// The bytes of a file, and the file on this machine that has them: a file of a tree, or a cache entry, which
// may be compressed (cache/store.hpp reads both).
struct Content {
  HostPath path;
  ByteSize size;  // of the bytes themselves, not of the compressed file
  Digest digest;  // of the bytes themselves
  bool compressed = false;

  bool operator==(const Content& other) const { return digest == other.digest && size == other.size; }
};

struct RegularFile {
  Content content;
  bool executable = false;

  bool operator==(const RegularFile&) const = default;
};

struct SymbolicLink {
  std::string target;  // as readlink returns it; relative in every tree that lbundle makes

  bool operator==(const SymbolicLink&) const = default;
};

using FileNode = std::variant<RegularFile, SymbolicLink>;

// The bytes that a node takes unzipped, as Lambda counts them. A link takes as many as the
// text of its target.
ByteSize unzipped_size(const FileNode& node);

// Ordered by path, so that everything made from it is the same on every machine.
class FileSet {
 public:
  using Map = std::map<BundlePath, FileNode>;

  // Adds or replaces. A path must not be below a file of the set; the callers make sure of that.
  void put(BundlePath path, FileNode node) { files_.insert_or_assign(std::move(path), std::move(node)); }
  bool remove(const BundlePath& path) { return files_.erase(path) > 0; }

  const FileNode* find(const BundlePath& path) const;
  // The regular file at `path`; null if a link or nothing is there. Links are not followed.
  const RegularFile* find_file(const BundlePath& path) const;
  bool contains(const BundlePath& path) const { return find(path) != nullptr; }
  // True if something is below `folder`; always true for the root.
  bool has_folder(const BundlePath& folder) const;

  // The path that `path` leads to after all links are followed, including links to folders on the way. It is
  // a file of the set or one of its folders, not a link. Nothing if a link dangles, leaves the set or loops.
  // If `crossed` is given, the links on the way are added to it.
  std::optional<BundlePath> follow(const BundlePath& path, std::set<BundlePath>* crossed = nullptr) const;

  std::size_t size() const { return files_.size(); }
  bool empty() const { return files_.empty(); }
  Map::const_iterator begin() const { return files_.begin(); }
  Map::const_iterator end() const { return files_.end(); }
  // The paths below `folder` with their nodes, in order; all paths for the root.
  auto below(const BundlePath& folder) const { return paths_below(files_, folder); }
  // The paths that begin with `prefix`, in order. "pkg/mod.cpython-" finds the native modules "pkg.mod".
  auto beginning_with(const BundlePath& prefix) const { return paths_beginning_with(files_, prefix); }

  ByteSize unzipped() const;

 private:
  Map files_;
};

}  // namespace lbundle
