// What a tree holds, as one digest: the same wherever and whenever it was written.
#pragma once

#include "model/file_set.hpp"
#include "model/host_path.hpp"

namespace lbundle {

// Of paths, kinds, contents and executable bits.
Digest digest_of(const FileSet& files);

// The same of a folder on this machine. While the program runs, a folder whose paths, sizes and times of
// modification are what they were is not read again; that files gain other names is no change.
Digest content_of(const HostPath& folder);

}  // namespace lbundle
