#pragma once

#include <cstdint>
#include <vector>

#include <linux/filter.h>

#include "unique_fd.hpp"

namespace lbundle::tracer {

/// The filter: `action` (SECCOMP_RET_USER_NOTIF, or SECCOMP_RET_TRACE with its datum) for every call of
/// path_calls() in every native table whose condition holds, for x32 calls and for tables that the tracer
/// does not know. Every call that is not in a table is allowed without a look at its arguments, so that the
/// kernel's bitmap of calls that are always allowed answers for it.
std::vector<sock_filter> build_filter(std::uint32_t action);

/// Installs the filter on the calling thread. Sets no_new_privs only if the kernel asks for it; tells so in
/// `no_new_privs`. With `listener`, returns the notification descriptor, else an empty one. Throws
/// TraceError.
UniqueFd install_filter(const std::vector<sock_filter>& filter, bool listener, bool& no_new_privs);

}  // namespace lbundle::tracer
