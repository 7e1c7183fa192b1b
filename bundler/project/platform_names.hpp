// What the path of a native file says about the platform that it is built for.
#pragma once

#include <string>

#include "project/project.hpp"

namespace lbundle {

struct PlatformName {
  // The path without the words for systems, processors and C libraries. Builds of one library for several
  // platforms have the same: "prebuilds/a.node" for "prebuilds/linux-x64/a.glibc.node".
  std::string neutral;
  // A word names another system, another processor, or another C library than glibc.
  bool is_of_another = false;
};

// Reads `path` by the words of rules/platforms.toml, for a function on Linux with glibc and `architecture`.
PlatformName platform_name(const std::string& path, Architecture architecture);

}  // namespace lbundle
