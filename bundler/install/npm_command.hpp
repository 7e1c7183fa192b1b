// npm, as it is run here.
#pragma once

#include <string>
#include <vector>

#include "cache/store.hpp"
#include "model/host_path.hpp"
#include "os/spawn.hpp"

namespace lbundle {

// Where the pinned npm and its Node.js lie: bin/node, lib/node_modules/npm. Fetched at first; throws Error.
HostPath npm_folder(const Store& store);

// `words` for npm, to be run in `folder`, quiet and with the store's own cache of archives. Its environment
// is this process's, less what would change what npm installs. The npm that we fetch looks for the settings
// of all users beside itself, so those of the machine's own, with its registry, proxy and certificates, are
// named to it. Source: npm's documentation, npmrc, "Files"; Debian's npm has that file in /etc.
Command npm_command(const Store& store, const HostPath& folder, const std::vector<std::string>& words);

}  // namespace lbundle
