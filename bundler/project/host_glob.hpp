// Globs over folders of this machine, with the grammar of model/glob.hpp.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "model/host_path.hpp"

namespace lbundle {

struct GlobSearch {
  // If a file that holds the text of a link stands in the place of a folder (folder_of_link_text), the files
  // in the folder count as if the link were there. `real` has their places, by the paths that `files` has.
  std::vector<HostPath> files;  // sorted by the bytes of their paths
  std::map<HostPath, HostPath> real;
  std::vector<HostPath> texts;     // the files with such texts that were entered
  std::vector<HostPath> dangling;  // links that lead to nothing, and that match or could have led to a match
};

// Finds the regular files below `folder`, links to such files included, whose path relative to it matches
// `pattern`. Unlike a glob over bundle paths, the pattern may begin with "../". ".lbundle", ".git" and
// folders that cannot be read are skipped. Links to folders are entered, except those that lead back to a
// folder above. Throws std::invalid_argument if the pattern is not valid, and link_leaves()
// (project/folder_links.hpp) if a match could be behind a link that leads out of the repository.
GlobSearch search_files(const HostPath& folder, std::string_view pattern);

// The files of that search, each at its real place.
std::vector<HostPath> files_matching(const HostPath& folder, std::string_view pattern);

// True if `path`, relative to the folder of the project file, matches one of `patterns`, which are valid.
bool matches_any(std::string_view path, const std::vector<std::string>& patterns);

}  // namespace lbundle
