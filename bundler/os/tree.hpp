// A folder on this machine as a FileSet.
#pragma once

#include "model/file_set.hpp"
#include "model/finding.hpp"

namespace lbundle {

// Every regular file and symbolic link below `root`; empty folders vanish. Digests are computed on `jobs`
// threads. Throws Error for what cannot be read, and for sockets, pipes and devices, which no zip for Lambda
// may hold.
FileSet scan_tree(const HostPath& root, unsigned jobs);

// One level of digest-free facts, enough to see that nothing was touched: path, type, size, mtime and ctime
// of every entry.
Digest tree_stamp(const HostPath& root);

}  // namespace lbundle
