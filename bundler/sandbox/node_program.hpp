// Node.js for events of Node.js functions, and AWS's client for it.
#pragma once

#include <string>

#include "cache/store.hpp"
#include "model/finding.hpp"
#include "project/runtime.hpp"

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

// Makes the folder `target`, or replaces it. It becomes /var/runtime of a Node.js function. It gets AWS's
// aws-lambda-ric in the series that the runtime's `client` names, with lbundle's transport in place of its
// native one. If the registry cannot be reached, it gets lbundle's own loader instead. The file `client` in
// it has the client's name for the report.
void install_node_client(const Runtime& runtime, const Store& store, const HostPath& target);

// Returns "aws-lambda-ric 3.3.0" or "built-in", for a folder that install_node_client made.
std::string node_client_name(const HostPath& folder);

}  // namespace lbundle
