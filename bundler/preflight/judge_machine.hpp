// Judges what a machine has.
#pragma once

#include <optional>

#include "preflight/check.hpp"
#include "preflight/facts.hpp"

namespace lbundle {

// Returns a verdict on each fact: for the project that `needs` describes, or, without one, for a build of any
// function. Each lack has its cost and what mends it. Asks nothing.
Checks judge_machine(const MachineFacts& facts, const std::optional<Needs>& needs);

// The parts of it: the system (kernel, sandbox, tracer, cache, disk, memory), and what stages functions
// (interpreters, Node.js, containers, registries).
Checks judge_system(const MachineFacts& facts, const std::optional<Needs>& needs);
Checks judge_tools(const MachineFacts& facts, const std::optional<Needs>& needs);

}  // namespace lbundle
