// The interpreter of a runtime's version on any machine: found, or else fetched.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cache/store.hpp"
#include "model/error.hpp"
#include "model/finding.hpp"
#include "project/project.hpp"
#include "python/interpreter.hpp"

namespace lbundle {

// One way to an interpreter that this machine does not have.
struct InterpreterWay {
  std::string name;                                     // as the error says it: "uv python install 3.13"
  std::function<std::optional<Interpreter>()> fetched;  // what was fetched before; does not use the network
  std::function<Interpreter()> fetch;                   // throws Error with the reason
};

// The ways to a version, best first: uv's builds, then Debian's packages where a release has it.
std::vector<InterpreterWay> interpreter_ways(const std::string& version, const Store& store);

// What was tried, and why it failed.
struct InterpreterAttempt {
  std::string name, cause;
};

// What an earlier run fetched, in the order of `ways`, and else what the first of them fetches that can. The
// reasons of the others go to `attempts`. Nothing where none can.
std::optional<Interpreter> first_interpreter(const std::vector<InterpreterWay>& ways,
                                             std::vector<InterpreterAttempt>& attempts);

// "cannot find 'python3.13'". `others` is that of InterpreterSearch; `attempts` is empty where nothing may be
// fetched; `apt_has_it` says that apt-get install works here.
Error no_interpreter(const std::string& version, const std::string& others,
                     const std::vector<InterpreterAttempt>& attempts, bool may_fetch, bool apt_has_it);

// One that this machine has, always first. Else, where `choice` allows it, one that is fetched into the
// store, which the log says. Throws no_interpreter.
Interpreter obtain_interpreter(const Runtime& runtime, InterpreterChoice choice, const Store& store);

// The note "interpreter-fetched" for one that was; nothing for one of this machine, or for none.
Findings judge_interpreter_origin(const Interpreter& interpreter);

}  // namespace lbundle
