// Dependencies, installed by the pip of a build image.
#pragma once

#include "cache/store.hpp"
#include "engine/container.hpp"
#include "model/digest.hpp"

namespace lbundle {

// Installs the project's requirements into the folder `target`, without bytecode: wheels that fit the image,
// and what has none compiled against what is in it. `key` names all that decides the result but the image;
// the wheels stay in `store` under both, so that nothing is downloaded or compiled twice. The project is
// shown read-only, and the files belong to the caller. Throws Error that names the requirement that failed,
// with the end of pip's log.
void install_in_container(const Container& container, const Project& project, const Digest& key,
                          const Store& store, const HostPath& target);

// The absolute paths in a text of pip's settings that exist here: certificates, folders of wheels,
// constraints.
std::vector<HostPath> existing_paths(const std::string& text);

}  // namespace lbundle
