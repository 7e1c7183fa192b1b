// Carries out each command once its options are known.
#pragma once

#include "cli/options.hpp"
#include "model/error.hpp"

namespace lbundle::cli {

// Carries out the command and prints its result to stdout. Throws Error, Interrupted.
ExitStatus carry_out(const Invocation& invocation);

}  // namespace lbundle::cli
