// How far this machine lets bubblewrap go.
#pragma once

#include <string>
#include <vector>

#include "model/host_path.hpp"

namespace lbundle {

// The flags by which this machine lets a sandbox have a user of its own, that of Lambda; none for root where
// user namespaces are forbidden. Throws Error where no sandbox can be made: bubblewrap is missing, or the
// kernel forbids namespaces.
std::vector<std::string> bubblewrap_user_flags();

// The flags by which bubblewrap can mount, and the user stays who he is; mostly none. Throws Error as above.
std::vector<std::string> bubblewrap_same_user_flags();

// Throws Error where no sandbox can be made, as above.
void require_bubblewrap();

// bubblewrap's program. Throws Error where it is not installed.
HostPath bubblewrap_program();

}  // namespace lbundle
