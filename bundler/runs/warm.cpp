// Lambda keeps a process for the next event. So most answers in production come from a process that has
// answered other events, and has what these left in modules, caches and /tmp. A bundle may be right in cold
// runs and wrong in a warm one, if code loads lazily. So all events also run in one process, in their order.
// On the unshrunk tree this runs twice, because an answer may vary in a warm process where it does not vary
// in a cold one.

#include "runs/warm.hpp"

#include <algorithm>

#include "model/text.hpp"
#include "os/digest_of.hpp"
#include "os/parallel.hpp"
#include "runs/compare_answers.hpp"
#include "runs/expectation.hpp"
#include "runs/run_key.hpp"
#include "sandbox/sequence.hpp"

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
  remember_sequence(store, sequence_key(tree, plan, events, number), events, sequence);
  return sequence;
}

std::vector<Sequence> warm_runs(const SandboxPlan& plan, const Digest& tree, const std::vector<Event>& events,
                                const Store& store, unsigned jobs) {
  std::vector<Sequence> runs(unshrunk_sequences);
  parallel_for(runs.size(), jobs, [&](std::size_t i) {
    runs[i] = warm_run(plan, tree, events, static_cast<int>(i) + 1, store);
  });
  for (int number = unshrunk_sequences + 1; number <= most_unshrunk_runs; ++number) {
    auto more = find_warm_run(plan, tree, events, number, store);
    if (more) runs.push_back(std::move(*more));
  }
  return runs;
}

std::vector<std::vector<std::string>> warm_differences(const std::vector<Event>& events,
                                                       const std::vector<Sequence>& unshrunk,
                                                       const Sequence& bundle) {
  std::vector<std::vector<std::string>> lines(events.size());
  for (std::size_t i = 0; i < events.size(); ++i) {
    std::vector<Answer> expected;
    expected.reserve(unshrunk.size());
    for (const auto& sequence : unshrunk) expected.push_back(sequence[i]);
    if (ended_as_expected(events[i], expected.front()))
      lines[i] = differences(reference_of(expected), bundle[i], events[i]);
  }
  return lines;
}

std::vector<std::vector<std::string>> lasting_differences(const std::vector<Event>& events,
                                                          std::vector<Sequence> unshrunk,
                                                          const Sequence& bundle,
                                                          const std::function<Sequence(int)>& run,
                                                          unsigned jobs) {
  auto lines = warm_differences(events, unshrunk, bundle);
  const auto is_open = [&] {
    for (std::size_t i = 0; i < lines.size(); ++i)
      if (!lines[i].empty() && may_be_chance(unshrunk.front()[i], bundle[i])) return true;
    return false;
  };
  while (unshrunk.size() < most_unshrunk_runs && is_open()) {
    const auto made = unshrunk.size();
    unshrunk.resize(std::min<std::size_t>(made + std::max(jobs, 1U), most_unshrunk_runs));
    parallel_for(unshrunk.size() - made, jobs,
                 [&](std::size_t i) { unshrunk[made + i] = run(static_cast<int>(made + i) + 1); });
    lines = warm_differences(events, unshrunk, bundle);
  }
  return lines;
}

bool may_be_chance(const Answer& unshrunk, const Answer& bundle) {
  const bool both_raised = unshrunk.raised && bundle.raised;
  return both_raised || (unshrunk.returned && bundle.returned && bundle.end.succeeded());
}

}  // namespace lbundle
