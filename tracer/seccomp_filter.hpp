#pragma once

#include <cstdint>
#include <vector>

#include <linux/filter.h>

#include "unique_fd.hpp"

namespace lbundle::tracer {

/// Builds the filter. It gives `action` (SECCOMP_RET_USER_NOTIF, or SECCOMP_RET_TRACE with its datum) for
/// three kinds of calls: those of path_calls() in every native table if their condition is true, x32 calls,
/// and calls of tables that the tracer does not know. Every call that is not in a table is allowed without a
/// look at its arguments, so the kernel's bitmap of always allowed calls answers for it.
std::vector<sock_filter> build_filter(std::uint32_t action);

/// Installs the filter on the calling thread. Sets no_new_privs only if the kernel asks for it;
/// `no_new_privs` says whether it is set. Returns the notification descriptor with `listener`, otherwise an
/// empty one. Throws TraceError.
UniqueFd install_filter(const std::vector<sock_filter>& filter, bool listener, bool& no_new_privs);

}  // namespace lbundle::tracer
