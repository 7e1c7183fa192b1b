// The content of a tree as one digest, which does not depend on where and when the tree was written.
#pragma once

#include "model/file_set.hpp"
#include "model/host_path.hpp"

namespace lbundle {

// The digest of paths, kinds, contents and executable bits.
Digest digest_of(const FileSet& files);

// The same digest for a folder on this machine. While the program runs, a folder is not read again
// if its paths, modes, sizes and mtimes are the same as before. New hard links to its files do not
// count as a change.
Digest content_of(const HostPath& folder);

}  // namespace lbundle
