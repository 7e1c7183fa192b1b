// What ends a run. A finding (model/finding.hpp) is something to judge and never thrown; an error is thrown,
// given context at stage boundaries and caught once, in cli/run; a failed assertion is a bug of ours.
#pragma once

#include <exception>
#include <string>
#include <vector>

namespace lbundle {

// The exit statuses that scripts can rely on. A run that a signal ended exits with 128 + its number.
enum class ExitStatus { done = 0, judged_bad = 1, wrong_usage = 2, could_not = 3, our_bug = 70 };

// Printed as:
//   lbundle: cannot VERB 'OBJECT': CAUSE
//   <detail, a source excerpt or a log's last lines, as it is>
//   hint: HINT
class Error : public std::exception {
 public:
  Error(std::string verb, std::string object, std::string cause, std::string hint = {});

  // The same error with another exit status, `could_not` by default.
  Error&& with_status(ExitStatus status) &&;
  // Lines to be shown under the first: an excerpt with a caret, a traceback, the end of a log.
  Error&& with_detail(std::string lines) &&;

  ExitStatus status() const { return status_; }
  const std::string& detail() const { return detail_; }
  const std::string& hint() const { return hint_; }
  // The first line, without "lbundle: ".
  const char* what() const noexcept override { return what_.c_str(); }

 private:
  std::string what_, detail_, hint_;
  ExitStatus status_ = ExitStatus::could_not;
};

// An Error whose cause is an errno value, described.
Error system_error(std::string verb, std::string object, int error_number, std::string hint = {});

// Thrown where a signal asked the run to end (os/interrupt.hpp); no Error, as there is nothing to explain.
struct Interrupted {
  int signal_number = 0;
};

// Our own assumption, checked in release builds too: throws BrokenAssumption, which ends in
// ExitStatus::our_bug.
void require(bool holds, const char* what);

struct BrokenAssumption : std::exception {
  explicit BrokenAssumption(std::string text) : what_(std::move(text)) {}
  const char* what() const noexcept override { return what_.c_str(); }

 private:
  std::string what_;
};

}  // namespace lbundle
