// Packages of npm's registry that lbundle itself uses, at a pinned version, in lbundle's own cache.
#pragma once

#include <string>

#include "cache/store.hpp"
#include "project/tool_pins.hpp"

namespace lbundle {

struct NpmTool {
  HostPath folder;               // the package's files; if the tool has a `program`, only that file
  std::string package, version;  // "aws-lambda-ric", "4.0.2"
};

// Returns where `store` has `tool`, one of npm's registry, whether it is there or not.
NpmTool place_of_npm_tool(const ToolPins& tool, const Store& store);

// Returns `tool`, which must be one of npm's registry: from `store`, or fetched now. Its install scripts
// never run, and its dependencies are not fetched. Throws Error if the registry cannot be reached or does not
// have it.
NpmTool npm_tool(const ToolPins& tool, const Store& store);

}  // namespace lbundle
