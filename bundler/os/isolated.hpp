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
};

// Runs `work` in a child process that is a copy of this one, and returns its text. The child sees all memory
// of this process, has no open files and changes nothing here. So the work must read memory only, and use no
// lock that another thread may hold: the other threads do not exist in the child. A memory limit has no
// effect under the address sanitizer. Throws Error if there can be no child, or if the system killed it (out
// of memory).
IsolatedEnd run_isolated(const std::function<std::string()>& work, const IsolatedLimits& limits);

}  // namespace lbundle
