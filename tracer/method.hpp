#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "recorder.hpp"

namespace lbundle::tracer {

/// What is to be run and traced.
struct Job {
  std::vector<std::string> command;  ///< argv as the tracee gets it
  std::string program;               ///< the file to execute, already looked up in PATH
  std::vector<std::string> roots;    ///< the trees of interest; empty for all
  int timeout_seconds = 0;           ///< 0: none
  bool wait_daemons = false;  ///< processes that outlive the first one are waited for instead of killed
};

/// How the run ended.
struct Outcome {
  int wait_status = 0;  ///< the first process's
  bool timed_out = false;
  bool abandoned = false;  ///< the guardian was killed, so all processes were killed
};

/// One way of seeing which files a command uses. attach(), then run(), each once.
class Method {
 public:
  virtual ~Method() = default;

  /// Starts the command's process, held before its exec, and tests with one known open that events arrive.
  /// Throws TraceError if this method does not work here; then nothing of the command has run.
  virtual void attach(const Job& job) = 0;

  /// Lets the command run and records what it does. Returns when it and all its descendants have ended.
  virtual Outcome run(Recorder& recorder) = 0;

  /// True if the tracee runs with no_new_privs because of the method. Known after attach().
  virtual bool no_new_privs() const { return false; }

  /// What is particular about the method here, for the log's "why". Known after attach().
  virtual std::string remark() const { return {}; }
};

/// The name of the method that records nothing; such a run needs no log.
inline constexpr std::string_view no_method = "none";

/// The methods' names, strongest first, as `auto` tries them. no_method is not among them.
std::vector<std::string_view> method_names();

/// Makes a method by its name. Null for an unknown name.
std::unique_ptr<Method> make_method(std::string_view name);

std::unique_ptr<Method> make_notify();
std::unique_ptr<Method> make_ptrace(bool exact);
std::unique_ptr<Method> make_fanotify();
std::unique_ptr<Method> make_atime();
std::unique_ptr<Method> make_unobserved();

}  // namespace lbundle::tracer
