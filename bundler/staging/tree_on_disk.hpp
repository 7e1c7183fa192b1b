// Writes a file set to disk, for events to run on it.
#pragma once

#include "model/file_set.hpp"

namespace lbundle {

// Writes `files` below `folder`, and makes `folder`. Files are copied, because a change through a hard link
// would change the staged tree. Files and folders get the date of a zip's entries. Throws Error ("cannot
// write …"), Interrupted.
void write_tree(const FileSet& files, const HostPath& folder, unsigned jobs);

}  // namespace lbundle
