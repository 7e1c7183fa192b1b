// Work that may crash, hang or take all memory, without harm to this process.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

namespace lbundle {

struct IsolatedLimits {
  std::chrono::seconds processor_time;
  std::uint64_t memory;  // bytes that the work may allocate beyond what this process has already
};

struct IsolatedEnd {
  std::string text;  // what the work returned
  std::string
      fault;  // why it returned nothing: "signal 11 (Segmentation fault)", "std::bad_alloc"; else empty
  bool limit_reached = false;  // a limit ended it: on another machine it might have returned a text
};

// Runs `work` in a child process that is a copy of this one, and returns its text. The child sees all memory
// of this process, has no open files and changes nothing here. So the work may only read memory, and may use
// no lock that another thread may hold: the other threads do not exist in the child. It is ended if it takes
// more than its processor time, or ten times as long by the clock. A memory limit has no effect under the
// address sanitizer. Throws Error if there can be no child, or if the system killed it (out of memory);
// Interrupted.
IsolatedEnd run_isolated(const std::function<std::string()>& work, const IsolatedLimits& limits);

}  // namespace lbundle
