// A module that the function's first module imports before all else.
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
  Content entry_source, entry_bytecode;  // of the first module, with the import
  Content hook_bytecode;
};

// `entry` is the first module's source in `files`, `hook` the name of a top-level module and `hook_source`
// its text. The hook's bytecode ends with a call of its function `install` with the set of `words`. The lines
// of the entry stay where they are, but for a source that begins with a block. The same bytes for the same
// input. Nothing where the entry does not parse. Throws Error where the interpreter fails.
std::optional<EntryHook> hook_entry(const FileSet& files, const BundlePath& entry, const std::string& hook,
                                    std::string_view hook_source, const std::vector<std::string>& words,
                                    const Interpreter& interpreter, const Store& store);

// The text of dropped_notice.py, which defines install(tops) and does not call it.
std::string_view dropped_notice_source();

// The source that a handler's import runs first: "a/__init__.py" for "a.b.f" where there is one, otherwise
// "a/b.py". Nothing where `files` has no such source.
std::optional<BundlePath> first_module_of(const std::string& handler, const FileSet& files);

}  // namespace lbundle
