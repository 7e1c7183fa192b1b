// What npm is run with.
#pragma once

#include <map>
#include <string>

namespace lbundle {

// This process's environment, less what would change what npm installs. The npm that we fetch looks for the
// settings of all users beside itself, so those of the machine's own, with its registry, proxy and
// certificates, are named to it. Source: npm's documentation, npmrc, "Files"; Debian's npm has that file in
// /etc.
std::map<std::string, std::string> npm_environment();

}  // namespace lbundle
