// The result of one run of an event.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "os/spawn.hpp"

namespace lbundle {

struct Answer {
  std::string event;
  ProcessEnd end;         // of the runtime's process; error_output is the function's log
  bool returned = false;  // the handler returned a result; `result` is its JSON text
  std::string result;
  bool raised = false;  // the handler ran and raised; false if its module could not be loaded
  std::string error_type, error_message, traceback;  // if it raised, or if the module could not be imported
  // False if it is certain that the event ran none of the function's own code, beyond imports. Only looked
  // for if SandboxPlan::watched_files says so.
  bool own_code_ran = true;
  double init_seconds = 0.0;  // import of the handler's module
  double invoke_seconds = 0.0;
  std::uint64_t peak_memory = 0;  // bytes, resident
  std::uint64_t bytes_read = 0;   // from the disk: 0 if all of it was in the page cache
  std::string client;  // what ran the handler: "awslambdaric 4.2.2", or "built-in" for lbundle's own loader
  // The files that it left in /tmp, if Event::compare_tmp asks for them: path below /tmp -> SHA-256 in
  // hexadecimal, "link to …", or "not readable".
  std::map<std::string, std::string> left_in_tmp;
  // What it wrote to services of a known kind, as JSON: {"aws": {"s3": {"BUCKET": {"KEY": {…}}}, "calls":
  // {…}}}. Only what is new or different from the seed. Empty if there are no such services.
  std::string written;
};

// Answer::error_type of a function that was killed because it needed more memory than it has.
inline constexpr const char* out_of_memory_error = "Runtime.OutOfMemory";

}  // namespace lbundle
