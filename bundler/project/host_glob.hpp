// Globs over folders of this machine, with the grammar of model/glob.hpp.
#pragma once

#include <string_view>
#include <vector>

#include "model/host_path.hpp"

namespace lbundle {

// The regular files below `folder`, links to such included, whose path from there matches `pattern`, in the
// order of their paths' bytes. Unlike a glob over bundle paths it may begin with "../". ".lbundle", ".git"
// and what no one may read are passed over. Throws std::invalid_argument where the pattern is none.
std::vector<HostPath> files_matching(const HostPath& folder, std::string_view pattern);

}  // namespace lbundle
