// The staged tree while it is brought up to date.
#pragma once

#include "os/bytes.hpp"
#include "staging/staged_index.hpp"

namespace lbundle {

// The modes that Lambda needs, whatever the umask was and the wheel said.
constexpr unsigned staged_file_mode = 0644;
constexpr unsigned staged_program_mode = 0755;

// Files on disk and the index of them, changed together. Its functions throw Error where the disk refuses.
class TreeUpdate {
 public:
  TreeUpdate(HostPath root, StagedIndex index);

  StagedIndex& index() { return index_; }
  // What was put or adopted.
  const FileSet& changed() const { return changed_; }

  void remove(const BundlePath& path);
  // Whatever lies at `path` is replaced.
  void put(const BundlePath& path, ByteView bytes, const Digest& digest, bool executable);
  // What is in the tree already, as `node`.
  void adopt(const BundlePath& path, FileNode node);

 private:
  HostPath root_;
  StagedIndex index_;
  FileSet changed_;
};

}  // namespace lbundle
