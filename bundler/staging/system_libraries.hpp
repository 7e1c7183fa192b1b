// Brings system libraries that the runtime lacks into lib/ of the staged tree.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cache/store.hpp"
#include "engine/container_choice.hpp"
#include "json/json.hpp"
#include "model/brought_library.hpp"
#include "model/distribution.hpp"
#include "model/finding.hpp"
#include "project/project.hpp"
#include "project/rules.hpp"
#include "staging/staging_inputs.hpp"

namespace lbundle {

class TreeUpdate;

// The libraries that were brought into a tree. It is stored with the tree's index.
struct SystemLibraryRecord {
  std::string key;  // of everything that decides it, except the tree itself
  std::vector<BroughtLibrary> brought;
  Findings findings;
  bool may_change = false;  // something failed that may succeed another time
};

// The findings' codes: a note for each brought library, and a warning for each library that was not brought
// although a recipe gives it.
inline constexpr const char* system_library_code = "system-library";
inline constexpr const char* system_library_missing_code = "system-library-missing";

// Brings the libraries that [stage] system_libraries asks for into the tree of `update`, which has no brought
// library yet. `distributions` are the owners of its files. Throws Error if the project file names a library
// that cannot be brought. If a library is needed and cannot be brought, that is a finding, and a warning is
// logged at once.
SystemLibraryRecord bring_system_libraries(TreeUpdate& update, const Distributions& distributions,
                                           const StagingInputs& inputs, const Backend& backend,
                                           const Store& store, unsigned jobs);

// Removes from the tree the libraries and other files that were brought into it.
void remove_brought(TreeUpdate& update, const SystemLibraryRecord& record);

// False if the libraries must be chosen again: the settings changed, a file of this machine that was copied
// changed, or something failed that may succeed now.
bool is_current(const SystemLibraryRecord& record, const StagingInputs& inputs, const Backend& backend);

// Makes each brought library a distribution of its own, with its version.
void add_brought(const std::vector<BroughtLibrary>& brought, Distributions& distributions);

// Returns `rules` and the rules that keep brought files. Data and licence are kept with their libraries. A
// library that a distribution opens by name is kept with that distribution.
std::vector<Rule> with_rules_of(const std::vector<BroughtLibrary>& brought, const std::vector<Rule>& rules);
// Returns `prune` with globs that keep the libraries that the project file names, even if no event uses them.
Prune with_named_libraries(Prune prune, const std::vector<BroughtLibrary>& brought);

// Returns `findings` without those about a brought or missing library whose path `bundle` no longer has. The
// path is that of the library, or of the file that needs it.
Findings without_dropped_libraries(Findings findings, const FileSet& bundle);

Json to_json(const SystemLibraryRecord& record);
// Throws a JsonError or std::bad_optional_access if `json` has another form.
SystemLibraryRecord system_library_record(const Json& json);

}  // namespace lbundle
