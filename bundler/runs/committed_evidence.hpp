// The evidence as it is committed: made from a trace, and taken for one where no event can be run.
#pragma once

#include "evidence/committed_log.hpp"
#include "model/bundle.hpp"
#include "project/project.hpp"

namespace lbundle {

// lbundle.access.jsonl beside the project file.
HostPath committed_log_path(const Project& project);

// What `log` says of `tree`, under names that outlast a release.
CommittedLog to_committed(const AccessLog& log, const StagedTree& tree, const Function& function);

// What a log that was committed earlier says of the tree as it is now.
struct RecalledEvidence {
  AccessLog log;      // runs are not told apart
  Findings findings;  // files that came since, and files that went
};
RecalledEvidence recall(const CommittedLog& committed, const StagedTree& tree);

// Adds to `log` what the project's committed log knows of the very same tree from the same events, and writes
// the union back, if it says more than before. Throws Error where the committed log is damaged or cannot be
// written.
void add_to_committed_log(AccessLog& log, const StagedTree& tree, const Project& project);

}  // namespace lbundle
