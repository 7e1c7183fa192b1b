// Reads from npm's lock file which package needs which.
#pragma once

#include <map>
#include <set>
#include <string>

#include "json/json.hpp"

namespace lbundle {

// Places of packages ("node_modules/a", "node_modules/a/node_modules/b"). A package that both sides need is
// in both.
struct PackageParts {
  std::set<std::string> of_function, of_runtime;
};

// Divides `packages`, the object with that name in a package-lock.json, by what a runtime has preinstalled.
// `preinstalled` names packages ("a") or scopes ("@aws-sdk"). What package.json asks for, with all that it
// needs, is the function's. The exceptions are preinstalled packages and what only they need: those are the
// runtime's.
PackageParts part_packages(const Json& packages, const std::map<std::string, std::string>& preinstalled);

}  // namespace lbundle
