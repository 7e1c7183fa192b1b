// The version of zstd that is linked in, for `lbundle --version`.
#pragma once

#include <string>

namespace lbundle {

std::string cache_library_version();

}  // namespace lbundle
