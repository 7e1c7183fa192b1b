// Finds out how this machine lets bubblewrap make sandboxes.
#pragma once

#include <string>
#include <vector>

#include "model/host_path.hpp"

namespace lbundle {

// The flags that give a sandbox Lambda's user. Empty for root if user namespaces are forbidden. Throws Error
// if no sandbox can be made, because bubblewrap is missing or the kernel forbids namespaces.
std::vector<std::string> bubblewrap_user_flags();

// The flags with which bubblewrap can mount while the user stays the same; usually none.
// Throws Error as above.
std::vector<std::string> bubblewrap_same_user_flags();

// Throws Error if no sandbox can be made, as above.
void require_bubblewrap();

// The path of bubblewrap's program. Throws Error if it is not installed.
HostPath bubblewrap_program();

}  // namespace lbundle
