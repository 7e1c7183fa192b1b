// What npm's lock file says of who needs whom.
#pragma once

#include <map>
#include <set>
#include <string>

#include "json/json.hpp"

namespace lbundle {

// Places of packages ("node_modules/a", "node_modules/a/node_modules/b"). One that both sides need is in
// both.
struct PackageParts {
  std::set<std::string> of_function, of_runtime;
};

// Divides `packages`, the object of that name in a package-lock.json, by what a runtime has installed:
// `preinstalled` names packages ("a") or scopes ("@aws-sdk"). What package.json asks for itself and what that
// needs is the function's, but for those, and for what only those need.
PackageParts part_packages(const Json& packages, const std::map<std::string, std::string>& preinstalled);

}  // namespace lbundle
