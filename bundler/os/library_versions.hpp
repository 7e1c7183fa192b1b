// The versions of OpenSSL, spdlog and Boost that are linked in, for `lbundle --version`.
#pragma once

#include <string>

namespace lbundle {

std::string os_library_versions();

}  // namespace lbundle
