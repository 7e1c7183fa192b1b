// What the driver in the sandbox says, as an Answer.
#pragma once

#include "sandbox/sandbox.hpp"

namespace lbundle {

// Fills `answer` from the driver's records (driver.py says which). False where the driver's last word is
// missing: then the sandbox, not the function, ended. Bytes that are no record are passed over: a function
// may write anything.
bool read_answer(std::string_view records, Answer& answer);
// As read_answer, for a process that was given several events: one answer for each, in their order. How the
// process ended stands in the one that it was at, or in the last.
bool read_answers(std::string_view records, std::vector<Answer>& answers);

}  // namespace lbundle
