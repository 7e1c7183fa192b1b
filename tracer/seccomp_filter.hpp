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
/// With `new_processes` it also stops calls that may make a process which no tracer follows: clone with
/// CLONE_UNTRACED, and every clone3, whose flags are in memory.
std::vector<sock_filter> build_filter(std::uint32_t action, bool new_processes = false);

/// The flag of clone and clone3 for processes that no tracer follows. Source: linux/sched.h.
inline constexpr std::uint32_t clone_untraced = 0x00800000;

/// True if the call is clone; if it is clone3.
bool is_clone(std::uint32_t audit_arch, int number);
bool is_clone3(std::uint32_t audit_arch, int number);

/// Installs the filter on the calling thread. Sets no_new_privs only if the kernel asks for it;
/// `no_new_privs` says whether it is set. Returns the notification descriptor with `listener`, otherwise an
/// empty one. Throws TraceError.
UniqueFd install_filter(const std::vector<sock_filter>& filter, bool listener, bool& no_new_privs);

}  // namespace lbundle::tracer
