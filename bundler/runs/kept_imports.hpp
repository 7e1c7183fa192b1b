// Imports every Python module of a bundle by itself, in the bundle and in the unshrunk tree.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cache/store.hpp"
#include "model/bundle.hpp"
#include "project/project.hpp"
#include "runs/import_lacks.hpp"
#include "runs/unpacked_zip.hpp"
#include "sandbox/plan.hpp"

namespace lbundle {

struct ImportRun {
  const StagedTree& staged;
  const FileSet& bundle;    // the files of the zip
  const SandboxPlan& plan;  // for runs on the unshrunk tree
  UnpackedZip& zip;
  const std::vector<UserGlob>& drops;  // the user's own
  TraceMethod method;                  // for imports that fail without naming what is missing
  const Store& store;
  unsigned jobs = 1;
};

// A module of a bundle that cannot be imported, and can be in the unshrunk tree.
struct ImportFault {
  std::string module;
  BundlePath file;                      // of the bundle
  std::string error;                    // "ModuleNotFoundError: No module named 'a.b'"
  std::vector<BundlePath> lacks;        // staged files and folders that are not in the bundle; may be empty
  std::vector<std::string> keeps = {};  // globs that match them
  std::string why = {};                 // why the first of them was dropped; empty if that is not known
  std::optional<UserGlob> dropped_by = {};  // a drop of the user's that matches one of them
};

using ImportFaults = std::vector<ImportFault>;

struct ImportCheck {
  std::size_t checked = 0;                  // modules of the bundle
  std::size_t failing_in_both = 0;          // those that cannot be imported in the unshrunk tree either
  std::vector<std::string> not_tried = {};  // modules for which there was no time, or no answer
  ImportFaults faults;
  Findings findings;  // a note "imports-not-checked" if modules were not tried

  // True if a fault is not one that the user's own drop explains.
  bool has_unwanted_fault() const;
};

// The check. Empty for other languages than Python. Outcomes come from the store if the same tree has given
// them, or, for modules of distributions that read none of the function's own files, if only these files
// are different. Throws Error if there is no sandbox.
ImportCheck check_kept_imports(const ImportRun& run);

// True if a module that was imported in the unshrunk tree fails in the bundle. If both fail, it is a fault if
// the exceptions differ in type and the bundle's one names a dropped file.
bool is_import_fault(const ImportOutcome& in_bundle, const ImportOutcome& unshrunk, const ImportLacks& lacks);

// The first of the globs that matches a path; nothing if none does.
std::optional<UserGlob> drop_that_matches(const std::vector<UserGlob>& drops,
                                          const std::vector<BundlePath>& paths);

// "ModuleNotFoundError: No module named 'a'", or how the process ended.
std::string error_text(const ImportOutcome& outcome);

// The names of Python modules that both trees have, in order, with the bundle's file.
std::map<std::string, BundlePath> kept_modules(const FileSet& staged, const FileSet& bundle);

}  // namespace lbundle
