// Which installed package brought which file, read from what pip leaves behind.
#pragma once

#include "model/distribution.hpp"
#include "model/file_set.hpp"

namespace lbundle {

// From every NAME-VERSION.dist-info of `files`: RECORD for the files (source: "Recording installed projects",
// packaging.python.org) and METADATA for name and version. Bytecode in __pycache__ belongs to the owner of
// its source, listed or not. Entries of RECORD that lie outside the tree, as scripts do, and files that are
// not there are passed over. A dist-info without RECORD owns its own folder alone. Throws Error for a file
// that cannot be read.
Distributions read_distributions(const FileSet& files);

// As PEP 503 says: lower case, with runs of "-", "_" and "." as one "-". Written here, because every build
// reads names, and one that has everything in the cache starts no Python.
std::string normalised_name(std::string_view name);

}  // namespace lbundle
