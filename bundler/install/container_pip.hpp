// Installs dependencies with the pip of a build image.
#pragma once

#include "cache/store.hpp"
#include "engine/container.hpp"
#include "model/digest.hpp"

namespace lbundle {

// Installs the function's requirements into the folder `target`, without bytecode. It takes wheels that fit
// the image, and compiles the rest in the image. `key` names everything but the image that decides the
// result. `store` keeps the wheels under the key and the image together, so nothing is downloaded or compiled
// twice. pip sees `project_folder` read-only, and the installed files belong to the caller. Throws Error that
// names the requirement that failed, with the end of pip's log.
void install_in_container(const Container& container, const Function& function,
                          const HostPath& project_folder, const Digest& key, const Store& store,
                          const HostPath& target);

// Returns the absolute paths in a text of pip's settings that exist on this machine: certificates, folders of
// wheels, constraints.
std::vector<HostPath> existing_paths(const std::string& text);

}  // namespace lbundle
