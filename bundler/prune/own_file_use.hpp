// Which files beside the handler are the function's, of those that may not be (rules/own-files.toml).
#pragma once

#include <map>
#include <set>
#include <string>

#include "cache/store.hpp"
#include "model/bundle.hpp"
#include "model/finding.hpp"
#include "project/project.hpp"

namespace lbundle {

// The names of doubtful files and of their folders that the function's own files or its variables have, or
// may put together, each with where it stands: "handler.py", "[environment]".
std::map<std::string, std::string> names_in_own_files(const StagedTree& tree,
                                                      const std::map<std::string, std::string>& environment,
                                                      const Store& store);

// The doubtful files that no event, name or setting asks for, and why they are dropped unless code loads
// them. Not among them: files in folders that are judged by reach, files of `used`, and files of `named`.
std::map<BundlePath, Reason> unused_own_files(const StagedTree& tree, const std::set<BundlePath>& used,
                                              const std::map<std::string, std::string>& named);

// Notes about files beside the handler that are not bundled: "left-out" names all but those that come by
// themselves, "folder-by-reach" counts the files of a folder. All of them are logged with -v.
Findings left_out_findings(const StagedTree& tree, const Decisions& decisions);

// "secret-file" for each own file in `bundled` that holds a secret: an error if its content shows it, a
// warning if only its name does. "unused-glob" for a glob of `allowed` that names no such file.
Findings secret_findings(const StagedTree& tree, const FileSet& bundled,
                         const std::vector<UserGlob>& allowed);

}  // namespace lbundle
