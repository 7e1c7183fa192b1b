// Which version of OpenSSL, spdlog, fmt and Boost is linked in: for `lbundle --version`.
#pragma once

#include <string>

namespace lbundle {

std::string os_library_versions();

}  // namespace lbundle
