// Programs that a failed event looked for and did not find, as possible causes of its failure.
#pragma once

#include "model/access_log.hpp"
#include "model/error.hpp"
#include "project/runtime.hpp"
#include "sandbox/answer.hpp"

namespace lbundle {

// Returns `error` with a line in its detail for each program that was looked for in the folders of PATH, is
// in none of them, and is named by the message of `answer`. The line says how the program gets into the
// function. Python's ctypes looks for compilers too, and works without them, so a program that the message
// does not name is no cause.
Error with_missing_programs(const Error& error, const AccessLog& log, const Answer& answer,
                            const Runtime& runtime);

}  // namespace lbundle
