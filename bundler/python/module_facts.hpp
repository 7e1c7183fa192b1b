// What a Python source can load, told by its text alone: the runtime's interpreter parses it (reach.py) and
// runs none of it.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cache/store.hpp"
#include "model/file_set.hpp"
#include "model/reach.hpp"
#include "python/interpreter.hpp"

namespace lbundle {

// Names that begin with dots are relative to the module's package: "." itself, ".sub", "..sibling".
struct ModuleFacts {
  // module: when the module is imported. maybe: in a try or under a condition. call: inside a function.
  enum class When { module, maybe, call };
  struct Import {
    std::string name;                // "a.b", ".c"
    std::vector<std::string> taken;  // of `from a.b import x, y`
    When when = When::module;
    int line = 0;
    std::string function;  // where `call`
  };
  struct Pattern {
    std::string name;  // computed: "*" stands for each part that is not known, a "." at its begin is relative
    bool deep = false;  // modules below it are imported too
  };

  struct Outside {
    int line = 0;
    std::string top;  // the first part of the name
  };

  using Call = NamedCall;

  std::vector<Import> imports;
  std::vector<std::string> asked;                // attributes of imported names: "scipy.stats"
  std::vector<std::string> dotted;               // constants that could name a module
  std::vector<std::string> files;                // constants that could name a file or folder
  std::vector<std::vector<std::string>> tables;  // groups of names in lists, sets, dictionaries
  bool lazy = false;                             // names are imported when they are asked for
  bool stub = false;                             // as the .pyi beside it says
  bool dynamic = false;                          // imports a computed name
  std::vector<Pattern> patterns;                 // of such names
  std::vector<std::string> lists;                // packages whose modules are listed
  std::vector<std::string> resources;            // packages whose files are asked for
  std::vector<std::string> all;                  // __all__
  std::vector<Call> calls;                       // of functions that take a name
  std::vector<Outside> outside;                  // what it cannot do without, beyond the standard library
};

// The facts of each of `sources`, in parallel and remembered by content. No entry for what does not parse.
// Throws Error where the interpreter fails.
std::map<BundlePath, std::shared_ptr<const ModuleFacts>> read_module_facts(
    const std::vector<BundlePath>& sources, const FileSet& files, const Interpreter& interpreter,
    const Store& store, unsigned jobs);

}  // namespace lbundle
