// verify: the events again, on the zip, as the runtime would run them; same answers or no zip.
#pragma once

#include "backend/sandbox.hpp"
#include "cache/store.hpp"
#include "model/finding.hpp"
#include "stages/compare_answers.hpp"

namespace lbundle {

struct EventVerdict {
  std::string event;
  std::vector<std::string> differences;  // empty: the same answer
  Answer staged, bundle;

  bool match() const { return differences.empty(); }
};

// Unpacks `zip` and runs each event once on it. `plan` is that of the unshrunk runs, its tree replaced by
// what the zip holds; `staged` holds their answers, event by event. Answers to a zip of the same digest are
// taken from `store`.
std::vector<EventVerdict> verify(const HostPath& zip, const Digest& zip_digest, SandboxPlan plan,
                                 const std::vector<Event>& events,
                                 const std::vector<std::vector<Answer>>& staged, unsigned jobs,
                                 const Store& store);

// A warning "answer-varies" for each event of which any answer would have been accepted, as its unshrunk
// ones, `staged`, differ as a whole.
Findings varying_answers(const std::vector<Event>& events, const std::vector<std::vector<Answer>>& staged);

// A warning "dropped-asked-for" for each dropped path that an event asked for, whatever came of it.
Findings dropped_asked_for(const std::vector<EventVerdict>& verdicts);

}  // namespace lbundle
