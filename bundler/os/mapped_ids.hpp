// A user namespace of root's, in which a function is no user of this machine.
#pragma once

#include <optional>

#include "os/fd.hpp"

namespace lbundle {

// The ids of Lambda's user, sbx_user1051. Source: /etc/passwd of AWS's images.
inline constexpr unsigned lambda_uid = 993;
inline constexpr unsigned lambda_gid = 990;

// Makes a user namespace in which root is root, and Lambda's user is an id that no user of this machine has.
// So root can make a sandbox of root's files, and what runs in it owns nothing of this machine, not even
// files of /proc. Empty if this process may not map ids: it is not root, or user namespaces are forbidden.
std::optional<Fd> make_mapped_namespace();

}  // namespace lbundle
