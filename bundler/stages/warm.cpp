// Lambda keeps a process for the next event, so most answers in production come from a process that has
// answered others: what the first left in modules, caches and /tmp is there for the second. A bundle may be
// right cold and wrong so, where code loads lazily. All events in one process, in their order, are one more
// run; unshrunk it runs twice, since what an answer owes to chance may differ warm and cold.

#include "stages/warm.hpp"

#include "backend/sequence.hpp"
#include "model/limits.hpp"
#include "model/text.hpp"
#include "os/digest_of.hpp"
#include "os/log.hpp"
#include "os/parallel.hpp"
#include "os/temp_dir.hpp"
#include "stages/run_key.hpp"
#include "stages/sequence_record.hpp"
#include "zip/reader.hpp"

namespace lbundle {

namespace {

constexpr int unshrunk_runs = 2;
constexpr ByteSize most_unpacked{4 * limits::unzipped.bytes()};

Digest sequence_key(const Digest& tree, const SandboxPlan& plan, const std::vector<Event>& events, int run) {
  KeyBuilder key;
  key.add(format("sequence, run {}", run));
  for (const auto& event : events) key.add(run_key(tree, plan, event));
  return key.key();
}

Sequence run_on_zip(const HostPath& zip, const Digest& key, SandboxPlan plan,
                    const std::vector<Event>& events, unsigned jobs, const Store& store) {
  if (auto found = find_sequence(store, key, events.size())) return std::move(*found);
  const TempDir unpacked(plan.scratch, "warm");
  zip::extract(zip, unpacked.path(), most_unpacked, jobs);
  plan.tree = unpacked.path();
  auto sequence = run_sequence(plan, events);
  remember_sequence(store, key, sequence);
  return sequence;
}

}  // namespace

std::vector<Event> warm_events(std::vector<Event> events) {
  if (events.size() == 1) events.push_back(events.front());
  return events;
}

std::vector<Sequence> unshrunk_sequences(const SandboxPlan& plan, const Digest& staged_digest,
                                         const std::vector<Event>& events, unsigned jobs,
                                         const Store& store) {
  std::vector<Sequence> sequences(unshrunk_runs);
  parallel_for(sequences.size(), jobs, [&](std::size_t i) {
    const auto key = sequence_key(staged_digest, plan, events, static_cast<int>(i) + 1);
    if (auto found = find_sequence(store, key, events.size())) {
      sequences[i] = std::move(*found);
      return;
    }
    sequences[i] = run_sequence(plan, events);
    remember_sequence(store, key, sequences[i]);
    log_detail(format("the events in one process, unshrunk, run {}", i + 1));
  });
  return sequences;
}

Findings verify_warm(const HostPath& zip, const Digest& zip_digest, const SandboxPlan& plan,
                     const Digest& staged_digest, const std::vector<Event>& given, unsigned jobs,
                     const Store& store, std::vector<EventVerdict>& verdicts) {
  const auto events = warm_events(given);
  const auto unshrunk = unshrunk_sequences(plan, staged_digest, events, jobs, store);
  const auto bundle = run_on_zip(zip, sequence_key(zip_digest, plan, events, 1), plan, events, jobs, store);
  Findings findings;
  for (std::size_t i = 0; i < events.size(); ++i) {
    std::vector<Answer> expected;
    for (const auto& sequence : unshrunk) expected.push_back(sequence[i]);
    if (!expected.front().returned) {
      findings.push_back(
          {Severity::note, "warm-fails", "",
           format("event {} gives no answer in a process that has answered others, unshrunk "
                  "either: {}",
                  events[i].name, expected.front().error_message),
           "Lambda keeps processes for the next event: look what the events before leave behind"});
      continue;
    }
    auto& told = verdicts[std::min(i, verdicts.size() - 1)].differences;
    for (const auto& line : differences(reference_of(expected), bundle[i], events[i]))
      told.push_back("in a warm process: " + line);
  }
  return findings;
}

}  // namespace lbundle
