// Lambda keeps a process for the next event, so most answers in production come from a process that has
// answered others: what the first left in modules, caches and /tmp is there for the second. A bundle may be
// right cold and wrong so, where code loads lazily. All events in one process, in their order, are one more
// run; unshrunk it runs twice, since what an answer owes to chance may differ warm and cold.

#include "stages/warm.hpp"

#include <algorithm>

#include "backend/sequence.hpp"
#include "model/text.hpp"
#include "os/digest_of.hpp"
#include "stages/compare_answers.hpp"
#include "stages/run_key.hpp"

namespace lbundle {

namespace {

Digest sequence_key(const Digest& tree, const SandboxPlan& plan, const std::vector<Event>& events, int run) {
  KeyBuilder key;
  key.add(format("sequence, run {}", run));
  for (const auto& event : events) key.add(run_key(tree, plan, event));
  return key.key();
}

}  // namespace

std::vector<Event> sequence_of(std::vector<Event> events) {
  if (events.size() == 1) events.push_back(events.front());
  return events;
}

std::optional<Sequence> find_warm_run(const SandboxPlan& plan, const Digest& tree,
                                      const std::vector<Event>& events, int number, const Store& store) {
  return find_sequence(store, sequence_key(tree, plan, events, number), events.size());
}

Sequence warm_run(const SandboxPlan& plan, const Digest& tree, const std::vector<Event>& events, int number,
                  const Store& store) {
  if (auto found = find_warm_run(plan, tree, events, number, store)) return std::move(*found);
  auto sequence = run_sequence(plan, events);
  remember_sequence(store, sequence_key(tree, plan, events, number), sequence);
  return sequence;
}

std::vector<std::vector<std::string>> warm_differences(const std::vector<Event>& events,
                                                       const std::vector<Sequence>& unshrunk,
                                                       const Sequence& bundle) {
  std::vector<std::vector<std::string>> lines(events.size());
  for (std::size_t i = 0; i < events.size(); ++i) {
    std::vector<Answer> expected;
    expected.reserve(unshrunk.size());
    for (const auto& sequence : unshrunk) expected.push_back(sequence[i]);
    if (expected.front().returned) lines[i] = differences(reference_of(expected), bundle[i], events[i]);
  }
  return lines;
}

}  // namespace lbundle
