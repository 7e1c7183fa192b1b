// What stood in a staged tree when it was last whole, so that a second build looks instead of working.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "model/file_set.hpp"
#include "staging/system_libraries.hpp"

namespace lbundle {

// Enough of a file's inode to see that it was touched.
struct FileStamp {
  std::uint64_t size = 0;
  std::int64_t modified = 0, changed = 0;  // ns since 1970
  std::uint64_t inode = 0;

  bool operator==(const FileStamp&) const = default;
};

// Of the file itself, or of a link itself. Nothing where there is none.
std::optional<FileStamp> stamp_of(const HostPath& path);

struct StagedIndex {
  std::string installed_key;               // names the installed part and the compiler
  FileSet files;                           // the whole tree
  std::map<BundlePath, FileStamp> stamps;  // of each file of the tree
  std::map<BundlePath, std::pair<HostPath, FileStamp>>
      own;                          // where each own file came from, and how it was then
  std::set<BundlePath> collisions;  // own files that took an installed one's place
  SystemLibraryRecord libraries;    // of the system, which are in `files` too
};

// From `file`, for the tree at `root`. Nothing where it is not there, of another form, or where any file of
// the tree was added, removed or touched since.
std::optional<StagedIndex> read_staged_index(const HostPath& file, const HostPath& root);
// Throws Error.
void write_staged_index(const HostPath& file, const StagedIndex& index);

}  // namespace lbundle
