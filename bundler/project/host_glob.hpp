// Globs over folders of this machine, with the grammar of model/glob.hpp.
#pragma once

#include <string_view>
#include <vector>

#include "model/host_path.hpp"

namespace lbundle {

// Returns the regular files below `folder`, links to such files included, whose path relative to it matches
// `pattern`, sorted by the bytes of their paths. Unlike a glob over bundle paths, the pattern may begin with
// "../". ".lbundle", ".git" and folders that cannot be read are skipped. Throws std::invalid_argument if the
// pattern is not valid.
std::vector<HostPath> files_matching(const HostPath& folder, std::string_view pattern);

}  // namespace lbundle
