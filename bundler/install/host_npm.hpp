// Packages of npm's, installed on this machine for the runtime.
#pragma once

#include "cache/store.hpp"
#include "project/project.hpp"

namespace lbundle {

// Names all that decides what install_node_modules gives: the lock file, package.json and .npmrc beside it,
// the architecture, npm. Throws Error for a file that is not there.
Digest node_modules_key(const Function& function);

// The folder node_modules of `function`'s package-lock.json in the folder `target`, by `npm ci`, without what
// is for development alone; native addons for Linux, glibc and the function's processor. It stays in `store`:
// once there, nothing is downloaded again. No script of a package is run. Throws Error with the end of npm's
// log.
//
// Where the function leaves to the runtime what it has, those packages and what they need go into the folder
// `of_runtime`, as its node_modules, and into the target only what the others need.
void install_node_modules(const Function& function, const Store& store, const HostPath& target,
                          const HostPath& of_runtime);

}  // namespace lbundle
