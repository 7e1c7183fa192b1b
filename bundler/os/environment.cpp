#include "os/environment.hpp"

#include <string_view>

#include <unistd.h>

namespace lbundle {

std::map<std::string, std::string> current_environment() {
  std::map<std::string, std::string> environment;
  for (char** at = environ; *at != nullptr; ++at) {
    const std::string_view entry = *at;
    const auto equals = entry.find('=');
    if (equals != std::string_view::npos)
      environment.emplace(entry.substr(0, equals), entry.substr(equals + 1));
  }
  return environment;
}

}  // namespace lbundle
