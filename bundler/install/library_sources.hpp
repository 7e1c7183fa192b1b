// The archives of sources that system libraries are compiled from.
#pragma once

#include "cache/store.hpp"
#include "project/system_library_rules.hpp"

namespace lbundle {

// The archive, from `store` or fetched now: from this machine's Debian mirrors, then from Debian's own, then
// from the URLs that the recipe names, in the recipe's order. Whatever does not have the recipe's SHA-256 is
// refused. Throws Error that says what each place answered.
HostPath archive_of(const LibraryBuild& build, const Store& store);

// Unpacks it into `folder`, without the folder in it that holds everything. Throws Error.
void unpack_archive(const HostPath& archive, const HostPath& folder);

// Where this machine's apt takes packages of Debian from; empty where there is no apt.
std::vector<std::string> debian_mirrors();

}  // namespace lbundle
