// Writes what was found as a project file.
#pragma once

#include <string>

#include "init/found.hpp"

namespace lbundle::init {

// The text of lbundle.toml. Each value has a comment that says where it came from.
std::string project_text(const Found& found);

// A TOML string: "a \"quoted\" text".
std::string toml_text(std::string_view text);

}  // namespace lbundle::init
