// Turns what the driver in the sandbox says into an Answer.
#pragma once

#include "sandbox/sandbox.hpp"

namespace lbundle {

// Fills `answer` from the driver's records (driver.py describes them). Returns false if the driver's last
// record is missing: then the sandbox ended, not the function. Bytes that are no record are skipped, because
// a function may write anything.
bool read_answer(std::string_view records, Answer& answer);
// The same for a process that got several events: one answer for each, in their order. How the process ended
// is in the answer of the event that was running, or in the last one.
bool read_answers(std::string_view records, std::vector<Answer>& answers);

}  // namespace lbundle
