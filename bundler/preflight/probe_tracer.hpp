// Tries the tracer where events run.
#pragma once

#include <optional>

#include "model/error.hpp"
#include "preflight/facts.hpp"

namespace lbundle {

// Asks the tracer which of its methods work: each is tried on a program that does nothing, in the sandbox
// that this machine permits; without one if `in_sandbox` is false. Takes a tenth of a second.
TracerFacts probe_tracer(bool in_sandbox);

// Runs a program that does nothing below the tracer, in the same place: traced by `method`, or not traced if
// it is not set. Returns why it fails, or nothing. Takes some milliseconds.
std::optional<Error> fault_of_tracer(std::optional<TraceMethod> method, bool in_sandbox);

// Reads what `lbundle-trace --probe` prints. Throws Error if it is something else.
std::vector<MethodFact> parse_probe(const std::string& text);

}  // namespace lbundle
