// The committed evidence: made from a trace, and used in place of a trace where no event can run.
#pragma once

#include "evidence/committed_log.hpp"
#include "model/bundle.hpp"
#include "project/project.hpp"

namespace lbundle {

// Returns what `log` says about `tree`, under lasting names, which are the same in the next release of a
// package.
CommittedLog to_committed(const AccessLog& log, const StagedTree& tree, const Function& function);

// What a log that was committed earlier says about the tree as it is now.
struct RecalledEvidence {
  AccessLog log;      // without the number of the run
  Findings findings;  // about files that were added or removed since
};
RecalledEvidence recall(const CommittedLog& committed, const StagedTree& tree);

// Returns `log` with what the committed log at `file` says about the same tree and the same events
// (`events` names those that are traced), and writes the union to `file` if it says more than before. Throws
// Error if the committed log is damaged or cannot be written.
AccessLog merge_with_committed_log(AccessLog log, const StagedTree& tree, const Function& function,
                                   const std::vector<Event>& events, const HostPath& file);

}  // namespace lbundle
