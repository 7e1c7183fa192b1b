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
#include "stages/answer_record.hpp"
#include "stages/run_key.hpp"
#include "zip/reader.hpp"

namespace lbundle {

namespace {

constexpr const char* cache_kind = "warm";
constexpr int unshrunk_runs = 2;
constexpr ByteSize most_unpacked{4 * limits::unzipped.bytes()};

using Sequence = std::vector<Answer>;

Digest sequence_key(const Digest& tree, const SandboxPlan& plan, const std::vector<Event>& events, int run) {
  KeyBuilder key;
  key.add(format("sequence, run {}", run));
  for (const auto& event : events) key.add(run_key(tree, plan, event));
  return key.key();
}

std::optional<Sequence> find_sequence(const Store& store, const Digest& key, std::size_t size) {
  const auto found = store.find(cache_kind, key);
  if (!found) return std::nullopt;
  Sequence sequence;
  auto text = as_text(*found);
  while (!text.empty()) {
    const auto newline = std::min(text.find('\n'), text.size());
    auto answer = answer_from_record(text.substr(0, newline));
    if (!answer) return std::nullopt;
    sequence.push_back(std::move(*answer));
    text.remove_prefix(std::min(newline + 1, text.size()));
  }
  if (sequence.size() != size) return std::nullopt;
  return sequence;
}

bool all_answered(const Sequence& sequence) {
  return std::ranges::all_of(sequence,
                             [](const Answer& answer) { return answer.returned && answer.end.succeeded(); });
}

// What failed may have failed for the machine's sake, and is asked for again next time.
void remember(const Store& store, const Digest& key, const Sequence& sequence) {
  if (!all_answered(sequence)) return;
  std::string text;
  for (const auto& answer : sequence) text += to_record(answer) + '\n';
  store.put(cache_kind, key, as_bytes(text));
}

Sequence run_on_zip(const HostPath& zip, const Digest& key, SandboxPlan plan,
                    const std::vector<Event>& events, unsigned jobs, const Store& store) {
  if (auto found = find_sequence(store, key, events.size())) return std::move(*found);
  const TempDir unpacked(plan.scratch, "warm");
  zip::extract(zip, unpacked.path(), most_unpacked, jobs);
  plan.tree = unpacked.path();
  auto sequence = run_sequence(plan, events);
  remember(store, key, sequence);
  return sequence;
}

std::vector<Sequence> run_unshrunk(const SandboxPlan& plan, const Digest& tree,
                                   const std::vector<Event>& events, unsigned jobs, const Store& store) {
  std::vector<Sequence> sequences(unshrunk_runs);
  parallel_for(sequences.size(), jobs, [&](std::size_t i) {
    const auto key = sequence_key(tree, plan, events, static_cast<int>(i) + 1);
    if (auto found = find_sequence(store, key, events.size())) {
      sequences[i] = std::move(*found);
      return;
    }
    sequences[i] = run_sequence(plan, events);
    remember(store, key, sequences[i]);
    log_detail(format("the events in one process, unshrunk, run {}", i + 1));
  });
  return sequences;
}

}  // namespace

Findings verify_warm(const HostPath& zip, const Digest& zip_digest, const SandboxPlan& plan,
                     const Digest& staged_digest, const std::vector<Event>& given, unsigned jobs,
                     const Store& store, std::vector<EventVerdict>& verdicts) {
  auto events = given;
  if (events.size() == 1) events.push_back(events.front());
  const auto unshrunk = run_unshrunk(plan, staged_digest, events, jobs, store);
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
