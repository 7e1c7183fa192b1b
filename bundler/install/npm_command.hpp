// The npm that lbundle runs.
#pragma once

#include <string>
#include <vector>

#include "cache/store.hpp"
#include "model/host_path.hpp"
#include "os/spawn.hpp"

namespace lbundle {

// The folder with the pinned npm and its Node.js: bin/node, lib/node_modules/npm. Fetched at the first call;
// throws Error.
HostPath npm_folder(const Store& store);

// Returns a command that runs npm with `words` in `folder`, quietly and with the store's own cache of
// archives. Its environment is this process's, without the variables that would change what npm installs. The
// fetched npm looks for the settings of all users beside itself. So it is given the machine's own settings
// file, with its registry, proxy and certificates. Source: npm's documentation, npmrc, "Files"; Debian's npm
// has that file in /etc.
Command npm_command(const Store& store, const HostPath& folder, const std::vector<std::string>& words);

}  // namespace lbundle
