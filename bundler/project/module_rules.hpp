// Which requirement brings a Python module whose name is not the requirement's.
#pragma once

#include <string>

namespace lbundle {

// "pillow" for "PIL", "google-cloud-storage" for "google.cloud.storage": as rules/modules.toml has it for the
// module or for the nearest package above it. Otherwise the first part of the name.
std::string requirement_of_module(const std::string& module);

}  // namespace lbundle
