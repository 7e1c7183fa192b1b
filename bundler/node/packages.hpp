// Finds the npm package that brought each file.
#pragma once

#include "model/distribution.hpp"
#include "model/file_set.hpp"

namespace lbundle {

// The packages of a tree, and the package that owns each file. Every folder node_modules/NAME or
// node_modules/@SCOPE/NAME, at any depth, is a package of that name with the version of its package.json. The
// innermost package owns a file. Source: npm's documentation, folders.
Distributions read_node_packages(const FileSet& files);

}  // namespace lbundle
