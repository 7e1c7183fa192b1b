#include "backend/npm_environment.hpp"

#include "model/host_path.hpp"
#include "os/environment.hpp"

namespace lbundle {

std::map<std::string, std::string> npm_environment() {
  static constexpr const char* machine_settings = "/etc/npmrc";
  static constexpr const char* variable = "npm_config_globalconfig";
  auto environment = current_environment();
  // npm puts its own folder of programs first; a bundle's kind is no business of its run.
  for (const auto* name : {"NODE_OPTIONS", "NODE_PATH", "NODE_ENV", "npm_config_omit", "npm_config_include"})
    environment.erase(name);
  boost::system::error_code ignored;
  if (fs::is_regular_file(machine_settings, ignored)) environment.try_emplace(variable, machine_settings);
  return environment;
}

}  // namespace lbundle
