// Runs programs. Each runs in a process group of its own, which ends with lbundle at the latest.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/host_path.hpp"

namespace lbundle {

// How a process ended.
struct ProcessEnd {
  int exit_code = 0;           // if signal_number is 0
  int signal_number = 0;       // 0 unless a signal ended it
  bool timed_out = false;      // lbundle killed it because of its time limit
  double seconds = 0.0;        // wall time
  std::string output;          // stdout
  std::uint64_t left_out = 0;  // bytes of both outputs that were not kept
  std::string error_output;

  bool succeeded() const { return exit_code == 0 && signal_number == 0 && !timed_out; }
};

// "exit status 3", "signal 11 (Segmentation fault)", "no end within 60 s".
std::string describe(const ProcessEnd& end);

struct Command {
  std::vector<std::string> arguments;                             // arguments[0] is looked up in PATH
  std::string input;                                              // its stdin
  std::optional<std::map<std::string, std::string>> environment;  // lbundle's own if not set
  HostPath folder;                                                // the current one if empty
  std::optional<std::chrono::milliseconds> time_limit;
  // How many bytes of each output are kept: the first half and the last half. A line between them says how
  // many were left out.
  std::size_t most_output = ~std::size_t{0};
  // If true, the program gets a new, empty session keyring. Otherwise it has the caller's.
  bool own_keyring = false;
  // If true, signals do not end the program. This is for cleanup after a signal. Give it a time limit.
  bool despite_interrupt = false;
  // On an interrupt the program first has `time_to_finish` to end by itself. Then the group gets SIGTERM and
  // has `time_to_end`. Then it gets SIGKILL.
  std::chrono::milliseconds time_to_finish{0};
  std::chrono::milliseconds time_to_end{0};
  // Descriptors that the child gets beside the standard ones: the number in the child (3 and up),
  // and the number here.
  std::map<int, int> descriptors;
};

// Runs a program until it ends, and collects its output and error output. On an interrupt or after the
// time limit the whole process group gets SIGKILL; an interrupt is then thrown as Interrupted. Throws
// Error ("cannot run 'PROGRAM': …") if the program cannot be started. If lbundle is killed, the child
// is killed too (PR_SET_PDEATHSIG).
ProcessEnd run(const Command& command);

// The path of the program `name` in PATH, empty if it is not there. A name with a '/' is returned unchanged.
HostPath find_program(const std::string& name);

}  // namespace lbundle
