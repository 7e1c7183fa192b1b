#pragma once

#include <set>
#include <vector>

#include <sys/types.h>

namespace lbundle::tracer {

/// The living children of this process, as /proc shows them.
std::set<pid_t> children();

/// All living processes below this one, except those at or below one of `except`.
std::vector<pid_t> descendants(const std::set<pid_t>& except = {});

}  // namespace lbundle::tracer
