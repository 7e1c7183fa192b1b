// What ends a run. An Error is thrown, gets context at the boundaries of stages, and is caught once, in
// cli/run. A finding (model/finding.hpp) is something that the user asked lbundle to judge; it is never
// thrown. A failed `require` is a bug in lbundle.
#pragma once

#include <exception>
#include <string>
#include <vector>

namespace lbundle {

// The exit statuses that scripts can rely on. A run that is ended by a signal exits with 128 + the
// number of the signal.
enum class ExitStatus { done = 0, judged_bad = 1, wrong_usage = 2, could_not = 3, our_bug = 70 };

// Printed as:
//   lbundle: cannot VERB 'OBJECT': CAUSE
//   <detail: a source excerpt or a log's last lines, unchanged>
//   hint: HINT
class Error : public std::exception {
 public:
  Error(std::string verb, std::string object, std::string cause, std::string hint = {});

  // The same error with another exit status; the default is `could_not`.
  Error&& with_status(ExitStatus status) &&;
  // Sets the lines to show below the first line: an excerpt with a caret, a traceback, the end of a log.
  Error&& with_detail(std::string lines) &&;
  Error&& with_hint(std::string hint) &&;

  ExitStatus status() const { return status_; }
  const std::string& detail() const { return detail_; }
  const std::string& hint() const { return hint_; }
  // The first line, without "lbundle: ".
  const char* what() const noexcept override { return what_.c_str(); }

 private:
  std::string what_, detail_, hint_;
  ExitStatus status_ = ExitStatus::could_not;
};

// An Error whose cause is the description of an errno value.
Error system_error(std::string verb, std::string object, int error_number, std::string hint = {});

// Thrown if a signal asked the run to end (os/interrupt.hpp). It is not an Error, because there
// is nothing to explain.
struct Interrupted {
  int signal_number = 0;
};

// Checks an assumption of lbundle itself, in release builds too. If it does not hold, throws
// BrokenAssumption, and the run ends with ExitStatus::our_bug.
void require(bool holds, const char* what);

struct BrokenAssumption : std::exception {
  explicit BrokenAssumption(std::string text) : what_(std::move(text)) {}
  const char* what() const noexcept override { return what_.c_str(); }

 private:
  std::string what_;
};

}  // namespace lbundle
