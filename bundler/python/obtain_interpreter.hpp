// Gets an interpreter of the runtime's version on any machine: found, or else fetched.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cache/store.hpp"
#include "model/error.hpp"
#include "model/finding.hpp"
#include "project/project.hpp"
#include "python/install_ways.hpp"
#include "python/interpreter.hpp"

namespace lbundle {

// One way to get an interpreter that this machine does not have.
struct InterpreterWay {
  std::string name;                                     // as the error names it: "uv python install 3.13"
  std::function<std::optional<Interpreter>()> fetched;  // what was fetched before; does not use the network
  std::function<Interpreter()> fetch;                   // throws Error with the reason
};

// Returns the ways to get a version, best first: uv's builds, then Debian's packages if a release has that
// version.
std::vector<InterpreterWay> interpreter_ways(const std::string& version, const Store& store);

// A way that was tried, and why it failed.
struct InterpreterAttempt {
  std::string name, cause;
};

// Returns what an earlier run fetched, in the order of `ways`. If nothing was fetched before, tries the ways
// in order and returns the first interpreter that one of them fetches. The reasons why ways failed are added
// to `attempts`. Returns nothing if all fail.
std::optional<Interpreter> first_interpreter(const std::vector<InterpreterWay>& ways,
                                             std::vector<InterpreterAttempt>& attempts);

// Returns the error "cannot find 'python3.13'". `others` is InterpreterSearch::others. `attempts` is empty if
// nothing may be fetched. `ways` are this machine's ways to install one.
Error no_interpreter(const std::string& version, const std::string& others,
                     const std::vector<InterpreterAttempt>& attempts, bool may_fetch,
                     const InstallWays& ways);

// Returns this machine's own interpreter if it has one. If not, and if `choice` allows it, fetches one into
// the store and logs this. Throws no_interpreter() if there is none.
Interpreter obtain_interpreter(const Runtime& runtime, InterpreterChoice choice, const Store& store);

// Returns what obtain_interpreter would return without fetching anything; nothing if it would have to.
std::optional<Interpreter> known_interpreter(const std::string& version, InterpreterChoice choice,
                                             const Store& store);

// Returns the note "interpreter-fetched" if the interpreter was fetched; nothing if it is this machine's own,
// or if there is none.
Findings judge_interpreter_origin(const Interpreter& interpreter);

}  // namespace lbundle
