// What a tree may hold if it is to become a deployment package.
#pragma once

#include "model/file_set.hpp"

namespace lbundle {

// Throws Error ("cannot pack 'PATH': …") for a link that is absolute, leaves the tree, loops or leads to
// nothing, and for a name with a backslash. Lambda unpacks none of them as they were meant.
void require_packable(const FileSet& files);

}  // namespace lbundle
