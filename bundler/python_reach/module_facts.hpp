// What a Python source can load, read from its text alone: the runtime's interpreter parses it (reach.py) and
// does not run it.
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

// Names that begin with dots are relative to the module's package: "." is the package itself, then ".sub",
// "..sibling".
struct ModuleFacts {
  // module: runs when the module is imported. maybe: in a try, under a condition, or by a call such as
  // import_module() outside of functions. call: inside a function.
  enum class When { module, maybe, call };
  struct Import {
    std::string name;                // "a.b", ".c"
    std::vector<std::string> taken;  // x and y of `from a.b import x, y`
    When when = When::module;
    int line = 0;
    std::string function;  // for `call`: the name of the function
  };
  struct Pattern {
    std::string name;   // a computed name, a text with holes (text_holes.hpp); a leading "." means relative
    bool deep = false;  // the modules below it are imported too
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
  bool stub = false;                             // its names are those of the .pyi beside it
  bool dynamic = false;                          // imports a computed name
  bool unknown = false;                          // one of these names is completely unknown
  std::vector<Pattern> patterns;                 // the patterns of the others
  std::vector<std::string> composed;             // computed texts that could name a module
  std::vector<std::string> beginnings;           // constants that could begin a module's name: "a.b."
  std::vector<std::string> lists;                // packages whose modules the source lists
  std::vector<std::string> paths;                // computed paths, as texts with holes
  std::vector<std::string> listed;               // the folders that it lists
  bool lists_any = false;                        // it lists a folder that is not known here
  std::vector<std::pair<std::string, std::string>> search;  // package ("", "."), folder for its modules
  std::vector<std::string> libraries;                       // names of libraries that it loads
  std::map<std::string, std::vector<std::string>> exports;  // texts that it binds to a name
  std::vector<std::string> only_joined;  // "module:name" of imported names that only longer texts use
  std::vector<std::string> standard;     // first parts of imported names that the standard library has
  std::vector<std::string> all;          // __all__
  std::vector<Call> calls;               // calls of functions with a name as argument
  std::vector<Outside> outside;          // names outside the standard library that it imports for certain
};

// Returns the facts of each of `sources`. They are read in parallel and cached by content. A source that does
// not parse has no entry. Throws Error if the interpreter fails.
std::map<BundlePath, std::shared_ptr<const ModuleFacts>> read_module_facts(
    const std::vector<BundlePath>& sources, const FileSet& files, const Interpreter& interpreter,
    const Store& store, unsigned jobs);

}  // namespace lbundle
