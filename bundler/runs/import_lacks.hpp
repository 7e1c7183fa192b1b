// Which staged files a module lacks that cannot be imported from a bundle.
#pragma once

#include <vector>

#include "model/access_log.hpp"
#include "model/file_set.hpp"
#include "python_reach/module_index.hpp"
#include "sandbox/import_each.hpp"

namespace lbundle {

class ImportLacks {
 public:
  // Both must outlive this.
  ImportLacks(const FileSet& staged, const FileSet& bundle);

  // Staged files that are not in the bundle: those that the exception and its causes name; if they name none,
  // those that the process looked for in vain. A module counts as there if the bundle has it in any form.
  // A folder that is missing as a whole is named as one. Sorted, each once.
  std::vector<BundlePath> of(const ImportOutcome& outcome) const;
  // Only those that the exception and its causes name.
  std::vector<BundlePath> named_by(const ImportOutcome& outcome) const;
  // Those that a traced process asked for in vain, but not modules that the bundle has in another form.
  std::vector<BundlePath> of_accesses(const Evidence& accesses) const;

 private:
  void add_module(const std::string& name, std::vector<BundlePath>& found) const;
  void add_file(const std::string& name, std::vector<BundlePath>& found) const;
  void add_distribution(const std::string& name, std::vector<BundlePath>& found) const;

  const FileSet& staged_;
  const FileSet& bundle_;
  ModuleIndex staged_modules_, bundle_modules_;
};

}  // namespace lbundle
