#include "cache/library_version.hpp"

#include <zstd.h>

namespace lbundle {

std::string cache_library_version() {
  return std::string("zstd ") + ZSTD_versionString();
}

}  // namespace lbundle
