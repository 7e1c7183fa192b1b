// A module, the hook, that the function's first module imports before everything else.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cache/store.hpp"
#include "model/file_set.hpp"
#include "python/interpreter.hpp"

namespace lbundle {

struct EntryHook {
  Content entry_source, entry_bytecode;  // the first module, with the import added
  Content hook_bytecode;
};

// Adds the import of the hook to the first module and compiles both. `entry` is the first module's source in
// `files`, `hook` is the name of a top-level module, and `hook_source` is its text. The hook's bytecode ends
// with a call of the hook's function `install` with the set of `words`. The lines of the entry keep their
// numbers, unless its first statement is compound (such as `if` or `def`). The same input gives the same
// bytes. Returns nothing if the entry does not parse, or if its text cannot be changed safely. Throws Error
// if the interpreter fails.
std::optional<EntryHook> hook_entry(const FileSet& files, const BundlePath& entry, const std::string& hook,
                                    std::string_view hook_source, const std::vector<std::string>& words,
                                    const Interpreter& interpreter, const Store& store);

// The text of dropped_notice.py, which defines install(tops) and does not call it.
std::string_view dropped_notice_source();

// Returns the source that runs first when the handler is imported. For "a.b.f" this is the first of
// "a/__init__.py", "a/b/__init__.py" and "a/b.py" that is in `files`. Returns nothing if none is.
std::optional<BundlePath> first_module_of(const std::string& handler, const FileSet& files);

}  // namespace lbundle
