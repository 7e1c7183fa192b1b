// The function's own files: the files of the project's folder that go into the bundle.
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

// The place of each own file on this machine, by its path in the bundle. Links are followed, so each place
// leads to a regular file.
using OwnFiles = std::map<BundlePath, HostPath>;

// Where to look for own files, and which files not to take.
struct OwnFileSettings {
  HostPath project_file;                 // absolute; its folder is searched
  std::vector<std::string> source;       // globs; empty: everything below the folder
  std::optional<HostPath> requirements;  // pip's or another tool's list; not an own file
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
