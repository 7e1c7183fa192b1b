// The repairs of one build, attempt by attempt.
#pragma once

#include "native/native_fault.hpp"
#include "repair/repair.hpp"
#include "repair/repair_record.hpp"

namespace lbundle {

// The results of one attempt to make a bundle.
struct Attempt {
  const Decisions& decisions;
  const std::vector<EventVerdict>& events;
  const NativeFaults& native_faults;
  const AnswersOfRuns& unshrunk;  // all answers of the unshrunk tree so far
  const ImportCheck& imports;
};

// Begins with the repair of an earlier build with the same inputs, and adds what each attempt shows. Gives up
// after three attempts. The search after one attempt has its own bounds.
class Repairs {
 public:
  // Repairs nothing.
  Repairs() = default;
  // `inputs` must outlive this.
  Repairs(const RepairInputs& inputs, Digest key);

  // The repair with which the next bundle is made.
  const Repair& current() const { return current_; }

  // Learns from a bundle that was made with `current` and judged. True if `current` has changed, so that
  // another attempt may help. Remembers `current` if the attempt gave the right answers without native
  // faults, and without faults of imports but those that the user's own drops explain.
  bool learn_from(const Attempt& attempt);

  // Warnings "repaired" for the repair of the last attempt, and a note "not-repaired" if the attempt's
  // answers were not right.
  Findings findings() const;

 private:
  std::optional<Repair> next(const Attempt& attempt) const;

  const RepairInputs* inputs_ = nullptr;
  Digest key_;
  Repair current_;
  int attempts_ = 0;
  bool gave_up_ = false;
};

}  // namespace lbundle
