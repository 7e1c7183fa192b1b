// Reads a folder on this machine as a FileSet.
#pragma once

#include "model/file_set.hpp"
#include "model/finding.hpp"

namespace lbundle {

// Every regular file and symbolic link below `root`. Empty folders are left out. Digests are computed on
// `jobs` threads. Throws Error for what cannot be read, and for sockets, pipes and devices, which a zip for
// Lambda may not have.
FileSet scan_tree(const HostPath& root, unsigned jobs);

// A digest that is the same as long as nothing below `root` was changed, made without reading contents. It
// covers path, mode, size, inode number, mtime and ctime of every entry that is not a folder.
Digest tree_stamp(const HostPath& root);

}  // namespace lbundle
