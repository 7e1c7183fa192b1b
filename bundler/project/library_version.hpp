// The version of toml++ that is linked in: for `lbundle --version`.
#pragma once

#include <string>

namespace lbundle {

std::string project_library_version();

}  // namespace lbundle
