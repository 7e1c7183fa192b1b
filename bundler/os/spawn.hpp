// Programs run from here: in a process group of their own, which never outlives us.
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
  int exit_code = 0;       // where signal_number is 0
  int signal_number = 0;   // 0 unless a signal ended it
  bool timed_out = false;  // we killed it for its time limit
  double seconds = 0.0;    // wall time
  std::string output;      // stdout
  std::string error_output;

  bool succeeded() const { return exit_code == 0 && signal_number == 0 && !timed_out; }
};

// "exit status 3", "signal 11 (Segmentation fault)", "no answer within 60 s".
std::string describe(const ProcessEnd& end);

struct Command {
  std::vector<std::string> arguments;                             // arguments[0] is looked up in PATH
  std::string input;                                              // its stdin
  std::optional<std::map<std::string, std::string>> environment;  // ours if nothing is given
  HostPath folder;                                                // ours if empty
  std::optional<std::chrono::milliseconds> time_limit;
  // Runs to its end whatever signals came: for what tidies up after one. Give it a time limit.
  bool despite_interrupt = false;
  // On an interrupt the group gets SIGTERM and this long to end by itself, then SIGKILL.
  std::chrono::milliseconds time_to_end{0};
  // Descriptors that the child gets under these numbers (3 and up), beside the standard ones.
  std::map<int, int> descriptors;
};

// Runs it to its end, collecting both outputs. On an interrupt or past the time limit the whole process group
// gets SIGKILL; an interrupt is then thrown as Interrupted. Throws Error ("cannot run 'PROGRAM': …") if it
// cannot be started. If we are killed, the child is too (PR_SET_PDEATHSIG).
ProcessEnd run(const Command& command);

// The program as PATH finds it; empty if it does not.
HostPath find_program(const std::string& name);

}  // namespace lbundle
