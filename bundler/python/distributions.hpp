// Which installed package brought which file, read from the metadata that pip writes.
#pragma once

#include "model/distribution.hpp"
#include "model/file_set.hpp"

namespace lbundle {

// Reads every NAME-VERSION.dist-info of `files`: RECORD for the files (source: "Recording installed
// projects", packaging.python.org), METADATA for name and version. Bytecode in __pycache__ belongs to the
// owner of its source, whether RECORD lists it or not. RECORD's entries for files outside the tree and for
// missing files are ignored; `../../bin/NAME` (a script) means bin/NAME of the tree. A dist-info without
// RECORD owns only its own folder. Throws Error if a file cannot be read.
Distributions read_distributions(const FileSet& files);

}  // namespace lbundle
