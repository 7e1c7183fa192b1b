// Finds where a symbolic link of a tree leads, hop by hop.
#pragma once

#include <string>

#include "model/file_set.hpp"

namespace lbundle::zip {

enum class LinkFate {
  arrives,   // it leads to a file or a folder of the set
  absolute,  // its target, or that of a link on the way, begins with '/'
  leaves,    // a '..' goes above the root on the way
  dangles,   // nothing is where it leads
  loops,     // it takes more hops than the kernel follows
};

LinkFate fate_of(const FileSet& files, const BundlePath& link);

// The absolute path that a link of the fate `absolute` leads to; empty for every other fate.
std::string absolute_end_of(const FileSet& files, const BundlePath& link);

}  // namespace lbundle::zip
