// Reads a folder on this machine as a FileSet.
#pragma once

#include <ctime>

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

// Gives `root` and everything below it the modification date `date`, in seconds since 1970. Links get it
// themselves, not their targets. Throws Error if a date cannot be set.
void set_dates(const HostPath& root, std::time_t date);

}  // namespace lbundle
