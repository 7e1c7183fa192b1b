#include "install/npm_tool.hpp"

#include <sys/utsname.h>

#include "cache/inventory.hpp"
#include "install/npm_command.hpp"
#include "model/error.hpp"
#include "model/text.hpp"
#include "os/digest_of.hpp"
#include "os/log.hpp"
#include "os/spawn.hpp"
#include "os/temp_dir.hpp"

namespace lbundle {

namespace {

// Source: Node.js's documentation, process.arch. npm uses the same names.
std::string processor_of_this_machine() {
  utsname machine{};
  uname(&machine);
  const std::string name = machine.machine;
  if (name == "x86_64") return "x64";
  return name == "aarch64" ? "arm64" : name;
}

// The tool's package and version for this machine. Its folder is not filled yet.
NpmTool pinned(const ToolPins& tool) {
  static constexpr std::string_view processor = "{cpu}";
  auto pin = tool.packages.front();  // "node-linux-{cpu}==26.12.1"
  const auto at = pin.find(processor);
  if (at != std::string::npos) pin.replace(at, processor.size(), processor_of_this_machine());
  const auto equals = pin.find("==");
  return {{}, pin.substr(0, equals), pin.substr(equals + 2)};
}

// Fetches the package with npm, whose own archive reader unpacks it. If the tool has a program, only that
// file is unpacked.
void fetch(const NpmTool& tool, const std::string& program, const Store& store, const HostPath& target) {
  const TempDir scratch(temporary_folder(), "lbundle-npm-tool");
  const auto pin = format("{}@{}", tool.package, tool.version);
  const auto command = npm_command(
      store, scratch.path(), {"pack", pin, "--ignore-scripts", "--fetch-retries=0", "--fetch-timeout=20000"});
  const auto end = run(command);
  if (!end.succeeded())
    throw Error("fetch", pin, "npm failed").with_detail(last_lines(end.output + end.error_output, 5));
  static constexpr const char* script =
      "const fs = require('fs'); const [npm, cwd, only] = process.argv.slice(1);\n"
      "const tar = require(npm + '/node_modules/tar');\n"
      "const file = fs.readdirSync('.').find((name) => name.endsWith('.tgz'));\n"
      "const filter = (path) => !only || path === 'package/' + only;\n"
      "tar.x({ file, cwd, filter, strip: 1, sync: true });";
  Command unpack;
  unpack.arguments = {
      command.arguments.front(), "-e",   script, (npm_folder(store) / "lib/node_modules/npm").string(),
      target.string(),           program};
  unpack.environment = command.environment;
  unpack.folder = scratch.path();
  const auto unpacked = run(unpack);
  if (!unpacked.succeeded())
    throw Error("unpack", pin, "npm's own archive reader failed")
        .with_detail(last_lines(unpacked.error_output, 5));
}

}  // namespace

NpmTool place_of_npm_tool(const ToolPins& tool, const Store& store) {
  require(tool.registry == ToolRegistry::npm, "npm fetches tools only from its own registry");
  auto made = pinned(tool);
  KeyBuilder key;
  key.add("npm tool 1").add(made.package).add(made.version).add(tool.program);
  made.folder = store.folder() / "tools" / format("{}-{}", tool.name, to_hex(key.key()).substr(0, 16));
  return made;
}

NpmTool npm_tool(const ToolPins& tool, const Store& store) {
  auto made = place_of_npm_tool(tool, store);
  mark_used(made.folder);
  if (fs::is_directory(made.folder)) return made;
  TempDir filling(store.folder() / "tools", "installing");
  log_step(format("{} {} is fetched, once, to {}", made.package, made.version,
                  made.folder.parent_path().string()));
  fetch(made, tool.program, store, filling.path());
  if (!fs::is_directory(made.folder)) filling.publish(made.folder);
  return made;
}

}  // namespace lbundle
