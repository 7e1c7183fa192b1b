// The system calls that no code in a sandbox may make.
#pragma once

#include <string>

namespace lbundle {

// Returns a seccomp filter for this machine's processor as the bytes of an array of sock_filter, as
// bubblewrap and lbundle-trace take it. The filter refuses calls that reach the kernel's settings or the
// world outside of the sandbox, and calls that Lambda lacks. All other calls pass. Throws Error if libseccomp
// cannot make it.
const std::string& sandbox_filter();

}  // namespace lbundle
