#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include "confine.hpp"
#include "method.hpp"

namespace lbundle::tracer {

/// The command line.
struct Options {
  bool probe = false;
  bool help = false;
  bool version = false;
  std::string method = "auto";
  int log_fd = -1;       ///< an inherited descriptor, or -1
  std::string log_file;  ///< the file to write, or empty
  std::string event;
  int run = 1;
  Confinement confinement;
  Job job;
};

/// The command line is not valid.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Reads the arguments, without the program's own name. Throws UsageError.
Options parse_options(const std::vector<std::string>& arguments);

/// What --help prints.
extern const char* const usage;

/// Returns the file that execvp would run for the command. The lookup makes no system calls in the tracee.
/// Throws TraceError.
std::string find_program(const std::string& command);

}  // namespace lbundle::tracer
