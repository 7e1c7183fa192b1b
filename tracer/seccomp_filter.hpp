#pragma once

#include <cstdint>
#include <vector>

#include <linux/filter.h>

#include "unique_fd.hpp"

namespace lbundle::tracer {

struct FilterOptions {
  /// SECCOMP_RET_USER_NOTIF, or SECCOMP_RET_TRACE with its datum.
  std::uint32_t action = 0;
  /// Lets `newfstatat` and `statx` pass where they are fstat: a real descriptor and exactly AT_EMPTY_PATH.
  /// That is a quarter of a Python program's stops. A name given together with these flags would be missed.
  bool pass_fstat = true;
};

/// The filter: `action` for every call of path_calls() in every native table, for x32 calls and for tables
/// that the tracer does not know; everything else is allowed, without looking at its arguments, so that the
/// kernel's bitmap of calls that are always allowed answers for them.
std::vector<sock_filter> build_filter(const FilterOptions& options);

/// Installs the filter on the calling thread. Sets no_new_privs only if the kernel asks for it; tells so in
/// `no_new_privs`. With `listener`, returns the notification descriptor, else an empty one. Throws
/// TraceError.
UniqueFd install_filter(const std::vector<sock_filter>& filter, bool listener, bool& no_new_privs);

}  // namespace lbundle::tracer
