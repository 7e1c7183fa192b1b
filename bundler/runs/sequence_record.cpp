#include "runs/sequence_record.hpp"

#include <algorithm>

#include "runs/answer_record.hpp"
#include "runs/expectation.hpp"

namespace lbundle {

namespace {

constexpr const char* sequence_kind = "warm";

bool all_as_expected(const std::vector<Event>& events, const Sequence& sequence) {
  for (std::size_t i = 0; i < sequence.size(); ++i)
    if (!ended_as_expected(events.at(i), sequence[i])) return false;
  return true;
}

}  // namespace

std::optional<Sequence> find_sequence(const Store& store, const Digest& key, std::size_t size) {
  const auto found = store.find(sequence_kind, key);
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

void remember_sequence(const Store& store, const Digest& key, const std::vector<Event>& events,
                       const Sequence& sequence) {
  if (!all_as_expected(events, sequence)) return;
  std::string text;
  for (const auto& answer : sequence) text += to_record(answer) + '\n';
  store.put(sequence_kind, key, as_bytes(text));
}

}  // namespace lbundle
