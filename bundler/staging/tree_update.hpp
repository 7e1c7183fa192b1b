// Changes the staged tree and its index together.
#pragma once

#include "os/bytes.hpp"
#include "staging/staged_index.hpp"

namespace lbundle {

// The modes that Lambda needs. Staged files have them whatever the umask or the wheel says.
constexpr unsigned staged_file_mode = 0644;
constexpr unsigned staged_program_mode = 0755;

// The files on disk and their index. The functions throw Error if a file cannot be written or removed.
class TreeUpdate {
 public:
  TreeUpdate(HostPath root, StagedIndex index);

  StagedIndex& index() { return index_; }
  // The files that were put or adopted.
  const FileSet& changed() const { return changed_; }

  void remove(const BundlePath& path);
  // Writes a file. A file that is at `path` already is replaced.
  void put(const BundlePath& path, ByteView bytes, const Digest& digest, bool executable);
  // Makes a symbolic link. There must be nothing at `path`.
  void put_link(const BundlePath& path, const std::string& target);
  // Adds to the index a file that is on disk already.
  void adopt(const BundlePath& path, FileNode node);
  // Gives all files and folders of the tree this modification date, in seconds since 1970. Call it last.
  void set_dates(std::time_t date);

 private:
  HostPath root_;
  StagedIndex index_;
  FileSet changed_;
};

}  // namespace lbundle
