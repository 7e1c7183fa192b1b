// Copies of system libraries from the packages of a build image's system.
#pragma once

#include "cache/store.hpp"
#include "engine/container.hpp"
#include "install/library_copy.hpp"
#include "project/project.hpp"
#include "project/system_library_rules.hpp"

namespace lbundle {

// The packages that the recipe names for the runtime's system, fetched in a container of `image` by its dnf
// or yum, checked against the keys that the image has in /etc/pki/rpm-gpg, and unpacked into `store`. A
// package without a good signature is refused.
LibraryAnswer library_of_image(const SystemLibrary& library, const Container& container,
                               const Function& function, const Store& store);

}  // namespace lbundle
