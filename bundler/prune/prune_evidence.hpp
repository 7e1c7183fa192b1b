// What the access log says about the files of a tree.
#pragma once

#include <map>
#include <set>

#include "model/access_log.hpp"
#include "model/bundle.hpp"

namespace lbundle {

struct TreeEvidence {
  std::map<BundlePath, std::string> used;  // why each file must stay: "opened by event train-zonal"
  // Files that an event only looked at, and that are too large, alone or together, to be kept for that.
  std::map<BundlePath, std::string> glanced;
  std::map<BundlePath, std::string> folders;  // folders that must exist, and why
  std::map<BundlePath, std::string> listed;   // those folders whose content was listed
};

// Sorts the evidence by what it means for the tree. A file that was opened, executed, mapped, written or
// crossed as a link must stay. A file that was only looked at (`stat`) stays if it is small and if the files
// looked at in the same folder of the root are small together: whether it exists may decide what the code
// does next. Paths of the log may cross links of the tree.
TreeEvidence evidence_of_tree(const FileSet& files, const Evidence& evidence);

}  // namespace lbundle
