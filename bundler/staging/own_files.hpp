// The function's own files: the files of the project's folder that go into the bundle.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "model/bundle.hpp"
#include "model/bundle_path.hpp"
#include "model/finding.hpp"
#include "model/host_path.hpp"
#include "project/project.hpp"

namespace lbundle {

// The place of each own file on this machine, by its path in the bundle. Links are followed, so each place
// leads to a regular file.
using OwnFiles = std::map<BundlePath, HostPath>;

// Where to look for own files, and which files not to take.
struct OwnFileSettings {
  HostPath project_file;                 // absolute; its folder is searched
  std::vector<std::string> source;       // globs; empty: everything below the folder
  bool only_placed = false;              // nothing below the folder but what `placed` names
  std::optional<HostPath> requirements;  // pip's or another tool's list; not an own file
  std::set<HostPath> other_inputs;       // files and folders with another use: events, mounts, layers
  std::vector<PlacedSource> placed;      // [[source]]
  std::vector<std::string> outputs;      // globs of what the command of [stage] makes
  // What it made, by the path below the project's folder. A file there that `outputs` matches is left over
  // from another run, and is no own file.
  OwnFiles made;
  // Files that lbundle itself reads or writes in this run: they are no own files, whatever `source` says.
  std::vector<HostPath> of_this_run = {};
};

struct OwnFileSearch {
  OwnFiles files;
  // "dangling-link": a link that may have led to a file that `source` matches. "link-text": a file that holds
  // the text of a link to a folder.
  Findings findings;
  std::map<BundlePath, Doubt> doubtful;  // of `files`, those that may not be the function's; without `source`
  std::vector<LeftOut> left_out;         // for their names, or because lbundle reads or writes them
};

// Returns the files that `source` names. Without `source`, and unless `only_placed`: all files below the
// project file's folder, except those that .gitignore or .lbundleignore name, those that are never a
// function's own (lbundle's files and outputs, other inputs, and what rules/own-files.toml leaves out), and
// what `placed` puts elsewhere. Never: what lbundle reads or writes in this run, and the file that its output
// is redirected to. Then what the command made, and the files of each of `placed`, to which the same ignore
// rules apply. Links to folders are entered. Throws Error if a glob matches no file, a link has no target or
// leads out of the repository, or if two of these give one path different content.
OwnFileSearch search_own_files(const OwnFileSettings& settings);
// The files of that search.
OwnFiles find_own_files(const OwnFileSettings& settings);

}  // namespace lbundle
