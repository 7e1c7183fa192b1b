// The names that the function's own Python passes to functions of packages, also where it computes them.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "cache/store.hpp"
#include "model/bundle.hpp"
#include "model/reach.hpp"
#include "python/interpreter.hpp"

namespace lbundle {

// A function that takes the name of data or of a module as its first argument.
struct CalledFunction {
  std::string name;                  // its last part: "client"
  std::set<std::string> parameters;  // the names that the argument can have in a call
  std::set<std::string> users;       // top-level modules; code that imports none of them means another one
};

// Returns, for each of the function's own sources that calls one of `functions`, the texts that it passes. A
// text comes from a constant, from values that the code shows (tables, defaults), or from the callers of an
// own function that passes its parameter on. `unknown_name` stands for a text that only the run knows. Reads
// the sources with `interpreter`, without running them; the result is kept in `store`. Throws Error if the
// interpreter fails.
std::map<BundlePath, std::vector<NamedCall>> read_own_calls(const StagedTree& tree,
                                                            const std::vector<CalledFunction>& functions,
                                                            const Interpreter& interpreter,
                                                            const Store& store);

}  // namespace lbundle
