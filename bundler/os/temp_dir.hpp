// A folder of our own that vanishes with its owner.
#pragma once

#include "model/host_path.hpp"

namespace lbundle {

// Made below `parent`, which is made if need be; removed with all it holds, also where folders in it forbid
// writing. Throws Error ("cannot make '…'").
class TempDir {
 public:
  TempDir(const HostPath& parent, const std::string& name);
  TempDir(TempDir&& other) noexcept;
  TempDir& operator=(TempDir&&) = delete;
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  ~TempDir();

  const HostPath& path() const { return path_; }
  // The folder stays, as `target`, which must not exist: an atomic rename on the same filesystem.
  void publish(const HostPath& target);
  // The same where another process may publish `target` first: then that stays, and this one goes with its
  // owner.
  void publish_unless_there(const HostPath& target);

 private:
  HostPath path_;
};

// Where the system wants temporary files: TMPDIR, or /tmp. Throws Error that names TMPDIR where it is no
// folder.
HostPath temporary_folder();

// Removes a tree, also where folders in it forbid writing. No error if there is none. Throws Error ("cannot
// remove …").
void remove_tree(const HostPath& path);

}  // namespace lbundle
