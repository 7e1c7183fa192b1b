// The evidence as it is committed: made from a trace, and taken for one where no event can be run.
#pragma once

#include "evidence/committed_log.hpp"
#include "model/bundle.hpp"
#include "project/project.hpp"

namespace lbundle {

// What `log` says of `tree`, under names that outlast a release.
CommittedLog to_committed(const AccessLog& log, const StagedTree& tree, const Function& function);

// What a log that was committed earlier says of the tree as it is now.
struct RecalledEvidence {
  AccessLog log;      // runs are not told apart
  Findings findings;  // files that came since, and files that went
};
RecalledEvidence recall(const CommittedLog& committed, const StagedTree& tree);

// Returns `log` with what the committed log at `file` says about the same tree and the same events
// (`events` names those that are traced), and writes the union to `file` if it says more than before. Throws
// Error if the committed log is damaged or cannot be written.
AccessLog merge_with_committed_log(AccessLog log, const StagedTree& tree, const Function& function,
                                   const std::vector<Event>& events, const HostPath& file);

}  // namespace lbundle
