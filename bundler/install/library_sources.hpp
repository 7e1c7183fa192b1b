// The source archives that system libraries are compiled from.
#pragma once

#include "cache/store.hpp"
#include "project/system_library_rules.hpp"

namespace lbundle {

// Returns the archive, from `store` or fetched now. Its places are tried in the recipe's order: a path in
// Debian's archive is fetched from this machine's mirrors, then from Debian itself; a URL as it is. An
// archive without the recipe's SHA-256 is refused. Throws Error that says what each place answered.
HostPath archive_of(const LibraryBuild& build, const Store& store);

// Unpacks the archive into `folder`, without its top folder. Throws Error.
void unpack_archive(const HostPath& archive, const HostPath& folder);

// The places from which this machine's apt takes Debian's packages; empty if there is no apt.
std::vector<std::string> debian_mirrors();

}  // namespace lbundle
