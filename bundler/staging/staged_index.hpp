// What a staged tree contained when it was last complete, so that the next build can see what is unchanged.
#pragma once

#include <ctime>
#include <map>
#include <optional>
#include <string>

#include "model/bundle.hpp"
#include "model/file_set.hpp"
#include "staging/system_libraries.hpp"

namespace lbundle {

constexpr std::int64_t nanoseconds_per_second = 1'000'000'000;

// The part of a file's inode that shows whether the file was modified.
struct FileStamp {
  std::uint64_t size = 0;
  std::int64_t modified = 0, changed = 0;  // ns since 1970
  std::uint64_t inode = 0;

  bool operator==(const FileStamp&) const = default;
};

// Returns the stamp of the file at `path`; of a link, that of the link itself. Nothing if there is no file.
std::optional<FileStamp> stamp_of(const HostPath& path);

struct StagedIndex {
  std::string installed_key;               // names the installed part and its compiler
  std::time_t date = 0;                    // of all files and folders of the tree
  FileSet files;                           // the whole tree
  std::map<BundlePath, FileStamp> stamps;  // of each file of the tree
  std::map<BundlePath, std::pair<HostPath, FileStamp>>
      own;                               // where each own file came from, and its stamp when it was copied
  std::map<BundlePath, Secret> secrets;  // in own files, by their content
  std::set<BundlePath> collisions;       // own files that took the place of an installed file
  // Packages that the requirements name and that are left to the runtime, with the versions that pip chose.
  std::map<std::string, std::string> left;
  SystemLibraryRecord libraries;  // brought from the system; `files` has them too
};

// Reads the index in `file` of the tree at `root`. Returns nothing if there is no index, if another version
// wrote it, or if any file of the tree was added, removed or modified since.
std::optional<StagedIndex> read_staged_index(const HostPath& file, const HostPath& root);
// Throws Error if `file` cannot be written.
void write_staged_index(const HostPath& file, const StagedIndex& index);

}  // namespace lbundle
