// Copies of system libraries from the packages of a build image's system.
#pragma once

#include "cache/store.hpp"
#include "engine/container.hpp"
#include "install/library_copy.hpp"
#include "project/project.hpp"
#include "project/system_library_rules.hpp"

namespace lbundle {

// Fetches the packages that the recipe names for the runtime's system, in a container of `image` with its dnf
// or yum. They are checked with the keys in the image's /etc/pki/rpm-gpg and unpacked into `store`. A package
// without a good signature is refused.
LibraryAnswer library_of_image(const SystemLibrary& library, const Container& container,
                               const Function& function, const Store& store);

}  // namespace lbundle
