// The versions of libzip and libdeflate that are linked in, for `lbundle --version`.
#pragma once

#include <string>

namespace lbundle::zip {

std::string library_versions();

}  // namespace lbundle::zip
