// What the access log says about the files of a tree.
#pragma once

#include <map>
#include <set>

#include "model/access_log.hpp"
#include "model/bundle.hpp"

namespace lbundle {

struct TreeEvidence {
  std::map<BundlePath, std::string> used;  // why each file must stay: "opened by event train-zonal"
  std::map<BundlePath, std::string>
      glanced;  // files too large, each or together, to stay because someone asked whether they are there
  std::map<BundlePath, std::string> folders;  // folders that must be there, and why
  std::map<BundlePath, std::string> listed;   // those of them whose content was listed
};

// A file that is opened, executed, mapped, written or crossed as a link must stay. One that was only looked
// at (`stat`) stays where it is small, and where what was looked at beside it is not much together: its
// existence may decide what the code does next. Paths of the log may cross links of the tree.
TreeEvidence evidence_of_tree(const FileSet& files, const Evidence& evidence);

}  // namespace lbundle
