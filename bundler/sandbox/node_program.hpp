// Node.js for events of Node.js functions, and AWS's client for it.
#pragma once

#include <string>

#include "cache/store.hpp"
#include "model/finding.hpp"
#include "project/runtime.hpp"

namespace lbundle {

struct NodeProgram {
  HostPath program;     // the real binary; empty where it is the image's own, /var/lang/bin/node
  std::string version;  // "20.18.0"
};

struct FoundNode {
  NodeProgram program;
  Findings findings;  // a warning "other-node" if its major version is not the runtime's
};

// The Node.js of rules/tools.toml that has the runtime's major version. If it cannot be fetched, this
// machine's own Node.js of the nearest major version. Throws Error if there is none.
FoundNode find_node(const Runtime& runtime, const Store& store);

// What lies at /var/runtime for a Node.js function, into the folder `target`, which is made anew: AWS's
// aws-lambda-ric in the series that the runtime's `client` names, with our transport in the place of its
// native one; or, where the registry cannot be reached, our own loader. The name of the client as the report
// has it goes into a file `client` there.
void install_node_client(const Runtime& runtime, const Store& store, const HostPath& target);

// "aws-lambda-ric 3.3.0" or "built-in", of a folder that install_node_client made.
std::string node_client_name(const HostPath& folder);

}  // namespace lbundle
