// Copies of system libraries from this machine, or from its package archive.
#pragma once

#include "cache/store.hpp"
#include "install/library_copy.hpp"
#include "project/project.hpp"
#include "project/system_library_rules.hpp"

namespace lbundle {

// Returns the files that this machine's loader would use: from ldconfig's list, then from the usual folders.
// dpkg or rpm gives the package's version; the licence is in the package's folder of documents.
LibraryAnswer library_of_machine(const SystemLibrary& library);

// Returns the library from Debian's packages. apt fetches them from the archive that this machine's apt is
// set up for, and checks its signature; they are unpacked into `store`. Nothing is installed. Only for
// functions of this machine's processor, because apt has lists for no other.
LibraryAnswer library_of_archive(const SystemLibrary& library, const Function& function, const Store& store);

// Fills `copy` with the files below `root` whose names the recipe gives (libraries and data), and with the
// licences of the packages.
void find_in_unpacked(const SystemLibrary& library, const HostPath& root,
                      const std::vector<std::string>& packages, LibraryCopy& copy);

}  // namespace lbundle
