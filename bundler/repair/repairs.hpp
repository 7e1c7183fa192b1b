// The repairs of one build, attempt by attempt.
#pragma once

#include "native/native_fault.hpp"
#include "repair/repair.hpp"
#include "repair/repair_record.hpp"

namespace lbundle {

// What one attempt at a bundle came to.
struct Attempt {
  const Decisions& decisions;
  const std::vector<EventVerdict>& events;
  const NativeFaults& native_faults;
  const AnswersOfRuns& unshrunk;  // all answers of the unshrunk tree so far
};

// Begins with the repair that an earlier build with the same inputs ended with, and adds what each attempt
// shows. Gives up after a few attempts: a search for what one attempt lacks has its own bounds.
class Repairs {
 public:
  // Nothing is repaired.
  Repairs() = default;
  // `inputs` must outlive this.
  Repairs(const RepairInputs& inputs, Digest key);

  // What the next bundle is made with.
  const Repair& current() const { return current_; }

  // Learns from a bundle that was made with `current` and judged. True if `current` is different now, so that
  // another attempt may help. Remembers `current` if the attempt was right.
  bool learn_from(const Attempt& attempt);

  // A warning "repaired" for what the last attempt was made with, and a note "not-repaired" if it was not
  // right.
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
