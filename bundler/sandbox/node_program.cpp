// The problem: a handler has to run on the Node.js that the runtime has, and this machine has another one or
// none. AWS's client for Node.js has a native part for HTTP, which has to be compiled against that Node.js.
// The idea: Node.js comes from PyPI or npm's registry, one release of each major version, pinned in
// rules/tools.toml. The Node.js that runs npm comes from there too. JavaScript sees three functions of the
// client's native part (next, done, error), so a file that does the same with Node's own http replaces it.
// Everything that a handler can notice, from how it is loaded to the form of its errors, is then AWS's code.
// Rejected: this machine's Node.js first (Debian's reads parts of itself from /usr/share, and a version that
// the distribution chose would answer in place of production's); compiling curl and the client, which needs a
// tool chain and changes no answer.
#include "sandbox/node_program.hpp"

#include <array>
#include <cstdlib>
#include <optional>
#include <set>

#include "embedded/node_scripts.hpp"
#include "install/npm_tool.hpp"
#include "model/error.hpp"
#include "model/text.hpp"
#include "os/atomic_file.hpp"
#include "os/environment.hpp"
#include "os/log.hpp"
#include "os/spawn.hpp"
#include "os/temp_dir.hpp"
#include "os/tree.hpp"
#include "python/tools.hpp"

namespace lbundle {

namespace {

constexpr const char* name_file = "client";
constexpr const char* built_in = "built-in";
// The client's `require("./rapid-client.node")` finds the file under this name, because Node.js also tries a
// name with ".js" appended.
constexpr const char* transport = "rapid-client.node.js";

constexpr std::chrono::seconds usual_patience{20};

std::optional<NodeProgram> ask(const HostPath& program, std::chrono::seconds patience = usual_patience) {
  Command command;
  command.arguments = {program.string(), "-p", "process.execPath + '\\n' + process.versions.node"};
  command.environment = current_environment();
  command.environment->erase("NODE_OPTIONS");
  command.time_limit = patience;
  const auto end = run(command);
  const auto line = end.output.find('\n');
  if (!end.succeeded() || line == std::string::npos) return std::nullopt;
  auto version = end.output.substr(line + 1);
  while (version.ends_with('\n')) version.pop_back();
  return NodeProgram{end.output.substr(0, line), version};
}

int major_of(const std::string& version) {
  return std::atoi(version.c_str());
}

// Returns this machine's own Node.js of the nearest major version, in case none can be fetched.
std::optional<NodeProgram> nearest_here(const Runtime& runtime) {
  std::optional<NodeProgram> nearest;
  const auto distance = [&](const NodeProgram& node) {
    return std::abs(major_of(node.version) - major_of(runtime.version));
  };
  for (const auto& name : {"node" + runtime.version, std::string("node"), std::string("nodejs")}) {
    const auto program = find_program(name);
    if (program.empty()) continue;
    const auto found = ask(program);
    if (found && (!nearest || distance(*found) < distance(*nearest))) nearest = found;
  }
  return nearest;
}

// Returns the program of the Node.js of rules/tools.toml for `runtime`, and fetches it if the store has none.
HostPath fetched_node(const Runtime& runtime, const Store& store) {
  const auto& tool = tool_pins("node" + runtime.version);
  const auto folder =
      tool.registry == ToolRegistry::npm ? npm_tool(tool, store).folder : tool_named(tool.name, store).folder;
  return folder / tool.program;
}

// The third series of the client has its main file in dist/, the fourth beside its package.json.
void put_client_in_place(const NpmTool& client, const HostPath& target) {
  const auto in_dist = client.folder / "dist/index.mjs";
  const auto main = fs::exists(in_dist) ? in_dist : client.folder / "index.mjs";
  write_file(target / "index.mjs", read_text_file(main));
  write_file(target / "bootstrap.mjs", embedded_node_scripts_text("client_start.mjs"));
  write_file(target / name_file, format("{} {}", client.package, client.version));
}

void put_loader_in_place(const HostPath& target) {
  write_file(target / "bootstrap.mjs", embedded_node_scripts_text("loader.mjs"));
  write_file(target / name_file, built_in);
}

}  // namespace

FoundNode find_node(const Runtime& runtime, const Store& store) {
  std::string why;
  try {
    const auto tool = fetched_node(runtime, store);
    if (const auto node = ask(tool)) return {*node, {}};
    why = tool.string() + " does not run on this machine";
  } catch (const Error& error) {
    why = error.what();
  }
  const auto node = nearest_here(runtime);
  if (!node) {
    throw Error("find", "Node.js " + runtime.version,
                "it could not be fetched, and this machine has none: " + why,
                "check the network and PIP_INDEX_URL, or install Node.js " + runtime.version);
  }
  log_detail(format("this machine's own Node.js {} is used: {}", node->version, why));
  if (major_of(node->version) == major_of(runtime.version)) return {*node, {}};
  return {
      *node,
      {{Severity::warning, "other-node", "",
        format("events run on Node.js {}, because Node.js {} is not available: {}", node->version,
               runtime.version, why),
        "Lambda's version may answer differently; let lbundle fetch its own Node.js, or install that one"}}};
}

KnownNode known_node(const Runtime& runtime, const std::optional<PythonWithPip>& python, const Store& store) {
  const auto& tool = tool_pins("node" + runtime.version);
  KnownNode known;
  known.registry = tool.registry;
  HostPath folder;
  if (tool.registry == ToolRegistry::npm) {
    const auto made = place_of_npm_tool(tool, store);
    known.pin = made.package + "@" + made.version;
    folder = made.folder;
  } else {
    known.pin = tool.packages.front();
    if (python) folder = folder_of_tool(tool.name, *python, store);
  }
  boost::system::error_code ignored;
  known.is_fetched = !folder.empty() && fs::is_regular_file(folder / tool.program, ignored);
  return known;
}

std::vector<std::string> own_node_versions() {
  std::set<HostPath> programs;
  for (const auto* name : {"node", "nodejs"}) {
    boost::system::error_code ignored;
    const auto program = find_program(name);
    if (!program.empty()) programs.insert(fs::canonical(program, ignored));
  }
  std::vector<std::string> versions;
  for (const auto& program : programs)
    if (const auto node = ask(program, std::chrono::seconds(3))) versions.push_back(node->version);
  return versions;
}

void install_node_client(const Runtime& runtime, const Store& store, const HostPath& target) {
  TempDir fresh(target.parent_path(), "client");
  write_file(fresh.path() / transport, embedded_node_scripts_text("transport.js"));
  try {
    put_client_in_place(npm_tool(tool_pins(runtime.client), store), fresh.path());
  } catch (const Error& error) {
    log_detail(format("no runtime interface client: {}", error.what()));
    put_loader_in_place(fresh.path());
  }
  remove_tree(target);
  fresh.publish(target);
}

std::string node_client_name(const HostPath& folder) {
  return read_text_file(folder / name_file);
}

}  // namespace lbundle
