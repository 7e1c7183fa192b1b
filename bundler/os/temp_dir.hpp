// A temporary folder that is removed together with its owner.
#pragma once

#include "model/host_path.hpp"

namespace lbundle {

// A folder that is made below `parent`, which is made if it is missing. The destructor removes it with its
// content, even if folders in it forbid writing. Throws Error ("cannot make '…'").
class TempDir {
 public:
  TempDir(const HostPath& parent, const std::string& name);
  TempDir(TempDir&& other) noexcept;
  TempDir& operator=(TempDir&&) = delete;
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  ~TempDir();

  const HostPath& path() const { return path_; }
  // Renames the folder to `target`, where it stays. `target` must not exist, and must be on the same
  // filesystem. The rename is atomic.
  void publish(const HostPath& target);
  // Like publish, but another process may publish `target` first. Then that folder stays, and this one is
  // removed with its owner.
  void publish_unless_there(const HostPath& target);

 private:
  HostPath path_;
};

// The folder for temporary files: TMPDIR, or /tmp. Throws Error that names TMPDIR if it is not a folder.
HostPath temporary_folder();

// Removes a tree, even if folders in it forbid writing. It is not an error if nothing is there. Throws
// Error ("cannot remove …").
void remove_tree(const HostPath& path);

}  // namespace lbundle
