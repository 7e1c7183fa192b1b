// Installs npm's packages on this machine for the runtime.
#pragma once

#include <set>
#include <string>

#include "cache/store.hpp"
#include "project/project.hpp"

namespace lbundle {

// Names everything that decides the result of install_node_modules: the lock file, package.json and .npmrc
// beside it, the architecture, npm. Throws Error if a file is missing.
Digest node_modules_key(const Function& function);

// Makes the folder node_modules of `function`'s package-lock.json in the folder `target`, with `npm ci`.
// Packages that are only for development are left out. Native addons are for Linux, glibc and the function's
// processor. The folder is kept in `store`, so nothing is downloaded a second time. No script of a package is
// run. Throws Error with the end of npm's log.
//
// If the function leaves preinstalled packages to the runtime, those packages and what they need go into the
// folder `of_runtime`, as its node_modules. Then the target gets only what the other packages need.
void install_node_modules(const Function& function, const Store& store, const HostPath& target,
                          const HostPath& of_runtime);

// Adds packages of the runtime to the folder `of_runtime`, which becomes its node_modules: those of `names`
// that are not in it yet ("@aws-sdk/client-s3"), at the version of the runtime's file or the highest below
// it, with what they need. They are kept in `store`. Throws Error with the end of npm's log.
void install_runtime_modules(const Function& function, const std::set<std::string>& names, const Store& store,
                             const HostPath& of_runtime);

}  // namespace lbundle
