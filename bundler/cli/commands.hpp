// What each command does, once its options are known.
#pragma once

#include "cli/options.hpp"
#include "model/error.hpp"

namespace lbundle::cli {

// Prints the result to stdout. Throws Error, Interrupted.
ExitStatus carry_out(const Invocation& invocation);

}  // namespace lbundle::cli
