// Imports of the function's own Python that lead nowhere.
#pragma once

#include <set>
#include <vector>

#include "cache/store.hpp"
#include "model/file_set.hpp"
#include "model/finding.hpp"
#include "project/project.hpp"
#include "python/interpreter.hpp"

namespace lbundle {

// What the function can import, as far as this check has to know.
struct OwnImports {
  const FileSet& files;           // the staged tree
  std::set<BundlePath> own;       // the function's own sources among them
  std::vector<HostPath> outside;  // folders whose modules it can import too: of layers, of the runtime
  HostPath project;  // the folder of the project file; empty: hints do not look for modules near it
};

// Returns a finding for each import that certainly fails when it is executed: "own-import-missing" for a name
// relative to the module, "import-missing" for another one. An import in a `try` or under a condition has
// none, because code makes it that may be missing. Names outside of the standard library are only judged in
// modules that the handler's module leads to: a warning for what runs when the module is imported, a note for
// what runs in a function. The hint names the requirement that is likely, and the key. Reads the sources with
// `interpreter`, without running them; what was read is kept in `store`.
Findings find_missing_imports(const OwnImports& imports, const Function& function,
                              const Interpreter& interpreter, const Store& store, unsigned jobs);

}  // namespace lbundle
