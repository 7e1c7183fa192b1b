// What the access log says about the files of a tree.
#pragma once

#include <map>
#include <set>

#include "model/access_log.hpp"
#include "model/bundle.hpp"

namespace lbundle {

// Why a file of TreeEvidence::alike is dropped. dropped_notice.py knows files with this reason, and does not
// report another walk.
inline constexpr const char* walked_past = "events only walked past such files";

struct TreeEvidence {
  std::map<BundlePath, std::string> used;  // why each file must stay: "opened by event train-zonal"
  // Files that events only walked past: they listed a folder and looked at all that it holds.
  std::map<BundlePath, std::string> glanced;
  std::set<BundlePath> alike;                 // those, and others that such a walk may look at (Walks::alike)
  std::map<BundlePath, std::string> folders;  // folders that must exist, and why
  std::map<BundlePath, std::string> listed;   // those folders whose content was listed
};

// Sorts the evidence by what it means for the tree. A file that was opened, executed, mapped, written or
// crossed as a link must stay. So must a file that an event only looked at (`stat`), whatever its size:
// whether it exists may decide what the code does next. A look that is part of a walk (prune/prune_walks.hpp)
// says nothing about the file, and the folders of a passed package need not exist for it. Paths of the log
// may cross links of the tree.
TreeEvidence evidence_of_tree(const FileSet& files, const Evidence& evidence);

}  // namespace lbundle
