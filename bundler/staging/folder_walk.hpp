// Walks a folder of own files.
#pragma once

#include <set>

#include "staging/own_files.hpp"

namespace lbundle {

// Returns the files below `root` by their paths below it, without those that .gitignore or .lbundleignore
// name, those of tools (virtual environments, repositories, caches), and `excluded`. Links to folders are
// entered. `project`: the folder of the project file. Throws Error if a link leads to nothing or out of the
// repository.
// Adds to `left_out`, if it is given, what is left out for its name.
OwnFiles files_below(const HostPath& root, const HostPath& project, std::set<HostPath> excluded,
                     std::vector<LeftOut>* left_out = nullptr);

// The same for a folder that no project file describes yet. A link that leads to nothing or out of the
// folder, and what is neither a file nor a folder, is left out. Throws Error if a folder cannot be read.
OwnFiles usable_files_below(const HostPath& root);

// Throws Error unless `path` is a file or a link to one.
void require_file(const HostPath& path);

}  // namespace lbundle
