// The environment variables of this process.
#pragma once

#include <map>
#include <string>

namespace lbundle {

std::map<std::string, std::string> current_environment();

}  // namespace lbundle
