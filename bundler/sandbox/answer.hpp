// What one run of an event gave.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "os/spawn.hpp"

namespace lbundle {

struct Answer {
  std::string event;
  ProcessEnd end;         // of the runtime's process; error_output is the function's log
  bool returned = false;  // the handler gave a result; `result` holds it as JSON text
  std::string result;
  std::string error_type, error_message, traceback;  // where it raised, or the module could not be imported
  double init_seconds = 0.0;                         // import of the handler's module
  double invoke_seconds = 0.0;
  std::uint64_t peak_memory = 0;  // bytes, resident
  std::uint64_t bytes_read = 0;   // from the disk: 0 where all of it was in the page cache
  std::string client;             // what ran it: "awslambdaric 4.2.2", or "built-in" for our own loader
  // What it left in /tmp, where Event::compare_tmp asks: path below it -> SHA-256 in hexadecimal, or "link to
  // …".
  std::map<std::string, std::string> left_in_tmp;
};

// Answer::error_type of a function that was killed because it needed more than its memory.
inline constexpr const char* out_of_memory_error = "Runtime.OutOfMemory";

}  // namespace lbundle
