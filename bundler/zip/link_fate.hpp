// Finds where a symbolic link of a tree leads, hop by hop.
#pragma once

#include <cstdint>
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

// The work that following all links of one zip may take. 65,535 links of the usual kind, over five folders
// with paths of 60 bytes, take a quarter of it.
inline constexpr std::uint64_t most_link_work = 100'000'000;

// If `work` is given, it grows by the bytes of all paths that were looked up. A link may take 40 hops with
// 2,000 parts each, so whoever follows links of a stranger bounds the sum.
LinkFate fate_of(const FileSet& files, const BundlePath& link, std::uint64_t* work = nullptr);

// The absolute path that a link of the fate `absolute` leads to; empty for every other fate.
std::string absolute_end_of(const FileSet& files, const BundlePath& link);

}  // namespace lbundle::zip
