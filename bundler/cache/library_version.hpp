// Which version of zstd is linked in: for `lbundle --version`.
#pragma once

#include <string>

namespace lbundle {

std::string cache_library_version();

}  // namespace lbundle
