#include "repair/repairs.hpp"

#include "os/log.hpp"

namespace lbundle {

namespace {

constexpr int most_attempts = 3;

}  // namespace

Repairs::Repairs(const RepairInputs& inputs, Digest key)
    : inputs_(&inputs), key_(key), current_(remembered_repair(inputs.store, key)) {}

bool Repairs::learn_from(const Attempt& attempt) {
  if (inputs_ == nullptr) return false;
  if (all_match(attempt.events) && attempt.native_faults.empty() && !attempt.imports.has_unwanted_fault()) {
    remember_repair(inputs_->store, key_, current_);
    return false;
  }
  auto more = attempts_++ < most_attempts ? next(attempt) : std::nullopt;
  if (!more) {
    gave_up_ = !all_match(attempt.events);
    return false;
  }
  current_ = std::move(*more);
  return true;
}

std::optional<Repair> Repairs::next(const Attempt& attempt) const {
  if (!attempt.native_faults.empty()) {
    auto undone = with_changes_undone(current_, attempt.native_faults, attempt.decisions);
    return undone == current_ ? std::nullopt : std::optional(std::move(undone));
  }
  const bool only_imports = all_match(attempt.events);
  log_step(only_imports ? "repair: looking for what modules lack that cannot be imported"
                        : "repair: looking for what the failing events lack");
  // The events come first, because what they lack may be what the modules lack.
  static const ImportFaults none;
  return find_repair(*inputs_, current_,
                     {attempt.events, attempt.unshrunk, only_imports ? attempt.imports.faults : none});
}

Findings Repairs::findings() const {
  return repair_findings(current_, gave_up_);
}

}  // namespace lbundle
