#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

#include "access.hpp"
#include "path_walk.hpp"
#include "syscall_table.hpp"

namespace lbundle::tracer {

/// A system call that a thread is about to make.
struct Call {
  pid_t tid = 0;                 ///< in the tracer's pid namespace
  std::uint32_t audit_arch = 0;  ///< AUDIT_ARCH_*
  int number = 0;
  std::array<std::uint64_t, 6> arguments{};
};

/// What a call was seen to do.
struct Observation {
  pid_t pid = 0;
  std::string_view call;  ///< the call's name
  bool refuse = false;    ///< to be answered with ENOSYS
  bool executes = false;  ///< the program will change if the call succeeds
  std::string unread;     ///< why its path could not be read; empty if it could
  std::vector<Access> accesses;

  bool has_news() const { return refuse || executes || !unread.empty() || !accesses.empty(); }
};

/// Reads a call's paths from the thread's memory, walks them, and adds what they are used for. The thread
/// must be held during this. A path that the kernel will not accept either (a bad address, a closed
/// descriptor, an empty name) adds nothing.
void observe_paths(const Call& call, const PathCall& shape, const View& view, Observation& seen);

}  // namespace lbundle::tracer
