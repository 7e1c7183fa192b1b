// Where a symbolic link of a tree leads, hop by hop.
#pragma once

#include "model/file_set.hpp"

namespace lbundle::zip {

enum class LinkFate {
  arrives,   // at a file or a folder of the set
  absolute,  // it, or a link on the way, begins with '/'
  leaves,    // a '..' goes above the root on the way
  dangles,   // nothing is there
  loops,     // more hops than the kernel makes
};

LinkFate fate_of(const FileSet& files, const BundlePath& link);

}  // namespace lbundle::zip
