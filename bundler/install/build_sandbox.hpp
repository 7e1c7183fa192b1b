// The sandbox in which sources are built and the project's own command runs.
#pragma once

#include <string>
#include <vector>

#include "model/host_path.hpp"

namespace lbundle {

// Shows the programs and libraries of this machine, or of a system root, but of the user's files only those
// that are named. The folders for homes and temporary files are empty.
class BuildSandbox {
 public:
  // `root` is the interpreter's system root, or empty for this machine's own system.
  explicit BuildSandbox(const HostPath& root);

  // Shows a file or folder, read-only, under its own path or at `place`. Nothing if it does not exist.
  void show(const HostPath& path) { show(path, path); }
  void show(const HostPath& path, const HostPath& place);
  // Makes a folder, which may be written to, under its own path or at `place`.
  void give(const HostPath& path) { give(path, path); }
  void give(const HostPath& path, const HostPath& place);
  void leave_network();
  void enter(const HostPath& folder);
  // The command that runs `command` in the sandbox.
  std::vector<std::string> around(const std::vector<std::string>& command) const;

 private:
  void add(const std::vector<std::string>& more) { words_.insert(words_.end(), more.begin(), more.end()); }

  void hide_private_files();

  std::vector<std::string> words_;
};

}  // namespace lbundle
