// Finds the handler in the function's own source, before anything is installed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cache/store.hpp"
#include "model/error.hpp"
#include "project/project.hpp"
#include "python/interpreter.hpp"
#include "staging/own_files.hpp"

namespace lbundle {

// Where a handler's module may be.
struct HandlerPlaces {
  OwnFiles own;
  bool own_is_whole = true;      // false if the command of [stage] makes more
  std::vector<HostPath> layers;  // unpacked
  bool layers_are_whole = true;  // false if the function has more layers
  std::string requirements;      // the texts of all lists and locks; empty if nothing is installed
};

struct HandlerSearch {
  std::optional<HostPath> file;  // the module's source or script
  std::string name;              // its path in the bundle: "src/app.py"
  std::string function;          // that it must have
  std::optional<Error> fault;    // nothing can be the module
};

// Looks for the module that `function.handler` names. If neither `file` nor `fault` is set, the module may
// come from somewhere else: a package that the requirements name, a layer, or the command of [stage]; or the
// runtime is a provided one, whose program is looked for. `project_file` is the name for hints.
HandlerSearch find_handler(const Function& function, const HandlerPlaces& places,
                           const std::string& project_file);

// True if a package with the module `name` ("datadog_lambda") may be in these lists of requirements: a word
// of them has the name in it, or is contained in it.
bool may_be_installed(const std::string& requirements, const std::string& name);

// The texts of the lists and locks that are installed for the function; empty if there are none.
std::string texts_of_requirements(const Function& function);

// Returns why the module at `file` surely does not define the function; nothing if it does, or if its text
// does not show it. A mistake in its syntax is one. Python's source is read by `interpreter`, which must be
// of the runtime's version; nothing of it runs. `store` remembers the result.
std::optional<Error> fault_of_function(const HandlerSearch& found, const Function& function,
                                       const Interpreter& interpreter, const Store& store,
                                       const std::string& project_file);

// True if the script surely exports nothing of that name: it never mentions it, and every export in it is by
// name.
bool surely_lacks_export(const std::string& script, const std::string& name);

}  // namespace lbundle
