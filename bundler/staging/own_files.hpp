// The function's own files: what of the project's folder goes into the bundle.
#pragma once

#include <map>

#include "model/finding.hpp"
#include "project/project.hpp"

namespace lbundle {

// Where each file of the function's own lies on this machine, by its path in the bundle. Links are followed:
// each is a regular file in the end.
using OwnFiles = std::map<BundlePath, HostPath>;

// The files that `source` names, or without it all beside the project file, less what .gitignore and
// .lbundleignore name and what is never a function's own: lbundle's files and outputs, events, mounts and
// layers, virtual environments, repositories, caches of tools. Throws Error where a glob names nothing or a
// link dangles.
OwnFiles find_own_files(const Project& project);

// A warning ("secret-file") for each file that looks like one that should not leave this machine.
Findings find_secrets(const OwnFiles& files);

}  // namespace lbundle
