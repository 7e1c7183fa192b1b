// Finds the npm package that brought each file.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/distribution.hpp"
#include "model/file_set.hpp"

namespace lbundle {

// The packages of a tree, and the package that owns each file. Every folder node_modules/NAME or
// node_modules/@SCOPE/NAME, at any depth, is a package of that name with the version of its package.json. The
// innermost package owns a file. Source: npm's documentation, folders.
Distributions read_node_packages(const FileSet& files);

// The folder of the innermost package that `path` is in: "node_modules/a/node_modules/@s/b" for a file in it.
// Nothing if it is in no package.
std::optional<std::string> npm_package_folder(std::string_view path);

}  // namespace lbundle
