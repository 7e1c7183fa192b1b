// Packages of npm's registry that lbundle itself uses, at a pinned version, in lbundle's own cache.
#pragma once

#include <string>

#include "cache/store.hpp"
#include "project/tool_pins.hpp"

namespace lbundle {

struct NpmTool {
  HostPath folder;               // the package's files; of a tool with a `program`, that alone
  std::string package, version;  // "aws-lambda-ric", "4.0.2"
};

// `tool`, which is one of npm's registry: from `store`, or fetched now. Its own install scripts never run,
// and what it depends on is not fetched. Throws Error where the registry cannot be reached or has none.
NpmTool npm_tool(const ToolPins& tool, const Store& store);

}  // namespace lbundle
