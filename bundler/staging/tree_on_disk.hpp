// A tree that is a set of files until someone has to run on it.
#pragma once

#include "model/file_set.hpp"

namespace lbundle {

// Writes `files` below `folder`, which is made. Files are copied, as a hard link would lead back into the
// staged tree. Throws Error ("cannot write …"), Interrupted.
void write_tree(const FileSet& files, const HostPath& folder, unsigned jobs);

}  // namespace lbundle
