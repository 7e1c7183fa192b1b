// Paths that the project file names, checked.
#pragma once

#include <vector>

#include "model/host_path.hpp"
#include "project/host_glob.hpp"
#include "project/toml_document.hpp"

namespace lbundle {

// Each function returns absolute paths of what the text of `node` names. Relative paths and globs are
// relative to `folder`. Each throws TomlDocument::error if there is no such path, file or match.
HostPath existing_path(const TomlDocument& document, const TomlNode& node, const HostPath& folder);
HostPath existing_file(const TomlDocument& document, const TomlNode& node, const HostPath& folder);
std::vector<HostPath> existing_files(const TomlDocument& document, const TomlNode& node,
                                     const HostPath& folder);
// The search for a glob, which may find nothing. Throws if the glob is not valid, or if it meets a link that
// leads out.
GlobSearch search_for(const TomlDocument& document, const TomlNode& node, const HostPath& folder);

}  // namespace lbundle
