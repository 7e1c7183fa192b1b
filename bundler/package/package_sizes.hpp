// Sizes by package, for a tree or zip of which only the files are known.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "model/byte_size.hpp"
#include "model/distribution.hpp"
#include "model/file_set.hpp"

namespace lbundle {

struct PackageSize {
  Distribution package;  // the function's own files have no name
  std::size_t files = 0;
  ByteSize zipped;
  ByteSize unzipped;
};

using PackageSizes = std::vector<PackageSize>;

// A file and its sizes. `zipped` is 0 if it is not known.
struct SizedFile {
  BundlePath path;
  ByteSize zipped;
  ByteSize unzipped;
};

// Returns the text of a small file of the tree, or nothing if there is no such file.
using ReadText = std::function<std::optional<std::string>(const BundlePath&)>;

// Finds out which package each file belongs to, from what installers leave: the RECORD of each *.dist-info
// for Python (the "Recording installed projects" specification of PyPA), node_modules/NAME/package.json for
// Node.js. Bytecode belongs to the package of its source. A file that no RECORD names belongs to the only
// package that has files in its folder, or in the nearest folder above that has some. If there is no such
// folder, the name of the file's first folder is taken as the package.
Distributions owners_of(const std::vector<BundlePath>& paths, const ReadText& read);

// The same for a tree whose files can be read.
Distributions owners_in(const FileSet& files);

// The largest package first, by zipped size if it is known.
PackageSizes sizes_by_package(const std::vector<SizedFile>& files, const Distributions& owners);

}  // namespace lbundle
