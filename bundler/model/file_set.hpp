// What a tree holds: regular files and symbolic links by path. A folder is there because something is in it.
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

// The bytes of a file and where on this machine they lie: in a tree, or compressed by zstd in the cache
// (cache/content.hpp reads both).
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
  std::string target;  // as readlink gives it; relative in any tree of ours

  bool operator==(const SymbolicLink&) const = default;
};

using FileNode = std::variant<RegularFile, SymbolicLink>;

// Bytes that a node takes unzipped, as Lambda counts them: a link takes its target's text.
ByteSize unzipped_size(const FileNode& node);

// Ordered by path, so that whatever is made from it is the same on every machine.
class FileSet {
 public:
  using Map = std::map<BundlePath, FileNode>;

  // Adds or replaces. A path may not lie below a file of the set (its callers see to it).
  void put(BundlePath path, FileNode node) { files_.insert_or_assign(std::move(path), std::move(node)); }
  bool remove(const BundlePath& path) { return files_.erase(path) > 0; }

  const FileNode* find(const BundlePath& path) const;
  // The regular file at `path` itself; null for a link or nothing.
  const RegularFile* find_file(const BundlePath& path) const;
  bool contains(const BundlePath& path) const { return find(path) != nullptr; }
  // True where something lies below `folder`; always true for the root.
  bool has_folder(const BundlePath& folder) const;

  // Follows links, those of folders on the way included, hop by hop. The path that is no link in the end: a
  // file of the set or one of its folders. Nothing where a link dangles, leaves the set or loops. The links
  // that were crossed are added to `crossed` where it is given.
  std::optional<BundlePath> follow(const BundlePath& path, std::set<BundlePath>* crossed = nullptr) const;

  std::size_t size() const { return files_.size(); }
  bool empty() const { return files_.empty(); }
  Map::const_iterator begin() const { return files_.begin(); }
  Map::const_iterator end() const { return files_.end(); }
  // The paths below `folder` with their nodes, in order; all of them for the root.
  auto below(const BundlePath& folder) const { return paths_below(files_, folder); }
  // The paths that begin with `prefix`, in order: "pkg/mod.cpython-" finds the native modules "pkg.mod".
  auto beginning_with(const BundlePath& prefix) const { return paths_beginning_with(files_, prefix); }

  ByteSize unzipped() const;

 private:
  Map files_;
};

}  // namespace lbundle
