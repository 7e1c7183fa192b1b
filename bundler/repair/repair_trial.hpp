// What a repair is tried with: the events that fail on a bundle, run again on the tree that it would unpack
// to.
#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "prune/prune_evidence.hpp"
#include "repair/repair.hpp"
#include "runs/warm.hpp"

namespace lbundle {

// One run of all that failed, on what a repair makes.
struct Trial {
  Bundle bundle;
  std::vector<EventVerdict> verdicts;
  Evidence evidence;  // of traced runs

  bool passes() const;
  std::set<std::string> failing() const;  // names of events
};

class Trials {
 public:
  // The arguments have to outlive this. `answers` are those of the unshrunk tree, event by event.
  Trials(const RepairInputs& inputs, const std::vector<EventVerdict>& verdicts, const AnswersOfRuns& answers);

  // A process that answers one event after the other has one verdict, "EVENT in a warm process".
  Trial run(const Repair& repair, bool traced) const;

  // Of those of `failing` what they touch unshrunk, each with its name.
  std::vector<std::pair<std::string, Evidence>> accesses_unshrunk(const std::set<std::string>& failing) const;

 private:
  bool in_sequence() const { return !warm_name_.empty(); }
  void run_each(const SandboxPlan& plan, bool traced, Trial& trial) const;
  void run_in_sequence(const SandboxPlan& plan, bool traced, Trial& trial) const;

  const RepairInputs& inputs_;
  const AnswersOfRuns& answers_;
  std::vector<std::size_t> failing_;  // of the events that fail by themselves
  std::string warm_name_;             // empty where no warm process is what fails
  std::vector<Event> sequence_;
  std::vector<Sequence> unshrunk_;
};

}  // namespace lbundle
