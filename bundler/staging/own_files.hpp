// The function's own files: what of the project's folder goes into the bundle.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "model/bundle_path.hpp"
#include "model/finding.hpp"
#include "model/host_path.hpp"

namespace lbundle {

// Where each file of the function's own lies on this machine, by its path in the bundle. Links are followed:
// each is a regular file in the end.
using OwnFiles = std::map<BundlePath, HostPath>;

// Where to look for them, and what not to take.
struct OwnFileSettings {
  HostPath project_file;                 // absolute; its folder is searched
  std::vector<std::string> source;       // globs; empty: everything below the folder
  std::optional<HostPath> requirements;  // a list for pip, or another tool's list; it is not the function's
  std::set<HostPath> other_inputs;       // files and folders with another use: events, mounts, layers
};

// Returns the files that `source` names. Without `source`: all files below the project file's folder, except
// those that .gitignore or .lbundleignore name, and those that are never a function's own: lbundle's files
// and outputs, other inputs, virtual environments, repositories, caches of tools. Throws Error if a glob
// matches no file, or a link has no target.
OwnFiles find_own_files(const OwnFileSettings& settings);

// A warning ("secret-file") for each file that looks like one that should not leave this machine.
Findings find_secrets(const OwnFiles& files);

}  // namespace lbundle
