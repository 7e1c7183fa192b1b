// Copies of system libraries that this machine has, or its archive of packages.
#pragma once

#include "cache/store.hpp"
#include "install/library_copy.hpp"
#include "project/project.hpp"
#include "project/system_library_rules.hpp"

namespace lbundle {

// The files that this machine's loader would take: from ldconfig's list, then from the usual folders. Of a
// package's version and licence what dpkg or rpm say.
LibraryAnswer library_of_machine(const SystemLibrary& library);

// Debian's packages of it, fetched by apt from where this machine's apt takes packages, which checks the
// archive's signature, and unpacked into `store`. Nothing is installed. Only for functions of this machine's
// processor, as apt has lists for no other.
LibraryAnswer library_of_archive(const SystemLibrary& library, const Function& function, const Store& store);

// Fills `copy` with the files below `root` whose names the recipe gives: libraries, data, and licences of the
// packages.
void find_in_unpacked(const SystemLibrary& library, const HostPath& root,
                      const std::vector<std::string>& packages, LibraryCopy& copy);

}  // namespace lbundle
