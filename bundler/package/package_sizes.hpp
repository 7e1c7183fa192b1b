// Sizes by package, for a tree or zip of which nothing is known but its files.
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

// A file and what it takes; `zipped` is 0 where nobody knows.
struct SizedFile {
  BundlePath path;
  ByteSize zipped;
  ByteSize unzipped;
};

// The text of a small file of the tree; nothing where it is not there.
using ReadText = std::function<std::optional<std::string>(const BundlePath&)>;

// Who brought which file, by what installers leave: the RECORD of each *.dist-info for Python (the "Recording
// installed projects" specification of PyPA), node_modules/NAME/package.json for Node.js. Bytecode belongs to
// its source, a file that no RECORD knows to the one package that has files in its folder or the nearest one
// above. Where no RECORD is left, the folder's own name stands for the package.
Distributions owners_of(const std::vector<BundlePath>& paths, const ReadText& read);

// The same for a tree whose files can be read.
Distributions owners_in(const FileSet& files);

// The largest first, by zipped size where it is known.
PackageSizes sizes_by_package(const std::vector<SizedFile>& files, const Distributions& owners);

}  // namespace lbundle
