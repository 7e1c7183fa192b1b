// Libraries of the system that the runtime lacks, brought into lib/ of the staged tree.
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

// What was brought into a tree, kept with the tree's index.
struct SystemLibraryRecord {
  std::string key;  // of all that decides it beside the tree itself
  std::vector<BroughtLibrary> brought;
  Findings findings;
  bool may_change = false;  // something could not be had that another try may give
};

// The findings' codes: a note for each library that was brought, and a warning for each that was not, though
// a recipe gives it.
inline constexpr const char* system_library_code = "system-library";
inline constexpr const char* system_library_missing_code = "system-library-missing";

// Brings what [stage] system_libraries asks for into the tree of `update`, which has nothing brought in it
// yet. `distributions` are those of its files. Throws Error where a library that the project file names
// cannot be brought; where one is needed and cannot be, that is a finding, and the log says so at once.
SystemLibraryRecord bring_system_libraries(TreeUpdate& update, const Distributions& distributions,
                                           const StagingInputs& inputs, const Backend& backend,
                                           const Store& store, unsigned jobs);

// Takes out of the tree what was brought into it.
void remove_brought(TreeUpdate& update, const SystemLibraryRecord& record);

// False where it would be decided again: by other settings, by another file of this machine, or because
// something failed that may succeed now.
bool is_current(const SystemLibraryRecord& record, const StagingInputs& inputs, const Backend& backend);

// Makes each brought library a distribution of its own, with its version.
void add_brought(const std::vector<BroughtLibrary>& brought, Distributions& distributions);

// `rules`, and what keeps brought files: data and licence with their libraries; what a distribution opens by
// name with that distribution.
std::vector<Rule> with_rules_of(const std::vector<BroughtLibrary>& brought, const std::vector<Rule>& rules);
// `prune`, and the libraries that the project file names, which stay whatever the trace says.
Prune with_named_libraries(Prune prune, const std::vector<BroughtLibrary>& brought);

// Of `findings` those that are not about a library, or a file that needs one, which `bundle` no longer has.
Findings without_dropped_libraries(Findings findings, const FileSet& bundle);

Json to_json(const SystemLibraryRecord& record);
// Throws where it is of another form.
SystemLibraryRecord system_library_record(const Json& json);

}  // namespace lbundle
