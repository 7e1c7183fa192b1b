// Runs the events that failed on a bundle again, on the tree that a repaired bundle would unpack to.
#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "prune/prune_evidence.hpp"
#include "repair/repair.hpp"
#include "runs/warm.hpp"

namespace lbundle {

// The name of a trial of a module that cannot be imported: "import of a.b".
std::string import_name(const std::string& module);
bool is_import(const std::string& name);

// One run of all that failed, on the bundle that a repair makes.
struct Trial {
  Bundle bundle;
  std::vector<EventVerdict> verdicts;
  Evidence evidence;  // empty if the run was not traced

  bool passes() const;
  std::set<std::string> failing() const;  // names of events and of imports
};

class Trials {
 public:
  // The arguments must outlive this.
  Trials(const RepairInputs& inputs, const Failures& failures);

  // Runs what failed on the bundle that `repair` makes. A process that answers all events in turn gives one
  // verdict, "EVENT in a warm process". Each module that was not imported gives one, "import of MODULE".
  Trial run(const Repair& repair, bool traced) const;

  // For each event and import of `failing`, its name and the files that it touches on the unshrunk tree.
  std::vector<std::pair<std::string, Evidence>> accesses_unshrunk(const std::set<std::string>& failing) const;

 private:
  bool in_sequence() const { return !warm_name_.empty(); }
  void run_each(const SandboxPlan& plan, bool traced, Trial& trial) const;
  void run_in_sequence(const SandboxPlan& plan, bool traced, Trial& trial) const;
  void run_imports(const SandboxPlan& plan, bool traced, Trial& trial) const;
  Evidence traced_import(const SandboxPlan& plan, const std::string& module) const;

  const RepairInputs& inputs_;
  const AnswersOfRuns& answers_;
  std::vector<std::size_t> failing_;  // indices of the events that fail alone
  std::string warm_name_;             // empty if no warm process failed
  std::vector<Event> sequence_;
  std::vector<Sequence> unshrunk_;
  std::vector<std::string> modules_;  // that cannot be imported
  std::vector<ImportOutcome> modules_unshrunk_;
};

}  // namespace lbundle
