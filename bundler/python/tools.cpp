#include "python/tools.hpp"

#include <algorithm>

#include "cache/inventory.hpp"
#include "model/error.hpp"
#include "model/text.hpp"
#include "os/atomic_file.hpp"
#include "os/digest_of.hpp"
#include "os/log.hpp"
#include "os/spawn.hpp"
#include "os/temp_dir.hpp"
#include "project/tool_pins.hpp"

namespace lbundle {

namespace {

void install(const ToolPins& pins, const PythonWithPip& python, const HostPath& target) {
  log_step(format("{} is fetched, once, to {}", pins.packages.front(), target.parent_path().string()));
  const TempDir scratch(temporary_folder(), "lbundle-tool");
  std::string list;
  for (const auto& package : pins.packages) list += package + '\n';
  write_file(scratch.path() / "pins.txt", list);
  Command command;
  command.arguments = {python.program.string(),
                       "-I",
                       "-m",
                       "pip",
                       "install",
                       "--disable-pip-version-check",
                       "--progress-bar=off",
                       "--no-deps",
                       "--no-compile",
                       "--only-binary=:all:",
                       "--no-cache-dir",
                       "--root-user-action=ignore",
                       "--target",
                       target.string(),
                       "-r",
                       (scratch.path() / "pins.txt").string()};
  command.environment = pip_environment();
  // What the user demands from pip for the function does not apply to the tools.
  for (const auto* name : {"PIP_REQUIRE_HASHES", "PIP_CONSTRAINT", "PIP_ONLY_BINARY"})
    command.environment->erase(name);
  (*command.environment)["TMPDIR"] = scratch.path().string();
  const auto end = run(command);
  if (end.succeeded()) return;
  throw Error(
      "install", pins.packages.front(), "staging needs it, and pip could not install it",
      "check the network and PIP_INDEX_URL; or give lbundle a requirements.txt that needs only wheels")
      .with_detail(last_lines(end.output + end.error_output, 8));
}

}  // namespace

std::optional<PythonWithPip> python_for_tools() {
  for (const auto* name : {"python3", "/usr/bin/python3"}) {
    if (find_program(name).empty()) continue;
    if (auto python = describe_pip(Interpreter{.program = name}, "3.9")) return python;
  }
  return std::nullopt;
}

HostPath folder_of_tool(const std::string& name, const PythonWithPip& python, const Store& store) {
  KeyBuilder key;
  key.add("tool 1").add(python.identity);
  for (const auto& package : tool_pins(name).packages) key.add(package);
  return store.folder() / "tools" / format("{}-{}", name, to_hex(key.key()).substr(0, 16));
}

Tool tool_named(const std::string& name, const Store& store) {
  const auto& pins = tool_pins(name);
  require(pins.registry == ToolRegistry::pypi, "pip installs only tools that are on PyPI");
  const auto python = python_for_tools();
  if (!python) {
    throw Error("install", pins.packages.front(), "this machine has no Python 3.9 or later with pip",
                "install them, as `apt-get install python3-pip` does");
  }
  const Tool tool{folder_of_tool(name, *python, store), Interpreter{.program = python->program}};
  mark_used(tool.folder);
  if (fs::is_directory(tool.folder)) return tool;
  TempDir fresh(store.folder() / "tools", "installing");
  install(pins, *python, fresh.path());
  if (!fs::is_directory(tool.folder)) fresh.publish(tool.folder);
  return tool;
}

}  // namespace lbundle
