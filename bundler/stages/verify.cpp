// The promise of lbundle is "the same answers, or no zip", so what is judged is the zip itself, unpacked as
// Lambda unpacks it, and neither the staged tree nor what we believe to have packed. Each event runs in a
// fresh process, in the same sandbox as unshrunk. Whatever the handler does is an answer to compare; only a
// sandbox that cannot be made is an error.

#include "stages/verify.hpp"

#include <map>
#include <memory>
#include <set>
#include <sstream>

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

constexpr const char* cache_kind = "verify";
// Far above what Lambda unpacks, so that a bundle that is too large can be verified and told so; a bomb
// cannot.
constexpr ByteSize most_unpacked{4 * limits::unzipped.bytes()};

std::optional<Answer> find_answer(const Store& store, const Digest& key) {
  const auto found = store.find(cache_kind, key);
  return found ? answer_from_record(as_text(*found)) : std::nullopt;
}

}  // namespace

std::vector<EventVerdict> verify(const HostPath& zip, const Digest& zip_digest, SandboxPlan plan,
                                 const std::vector<Event>& events,
                                 const std::vector<std::vector<Answer>>& staged, unsigned jobs,
                                 const Store& store) {
  std::vector<Digest> keys;
  std::vector<std::optional<Answer>> answers;
  for (const auto& event : events) {
    keys.push_back(run_key(zip_digest, plan, event));
    answers.push_back(find_answer(store, keys.back()));
  }

  std::vector<std::size_t> open;
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (!answers[i]) open.push_back(i);
  }
  if (!open.empty()) {
    const TempDir unpacked(plan.scratch, "verify");
    zip::extract(zip, unpacked.path(), most_unpacked, jobs);
    plan.tree = unpacked.path();
    parallel_for(open.size(), jobs, [&](std::size_t turn) {
      const auto i = open[turn];
      answers[i] = run_event(plan, events[i]);
      log_detail(format("event {} on the bundle: {:.2f} s", events[i].name, answers[i]->end.seconds));
      // A failure may be the machine's, a limit of time passed under load: it is asked for again next time.
      if (answers[i]->returned && answers[i]->end.succeeded()) {
        store.put(cache_kind, keys[i], as_bytes(to_record(*answers[i])));
      }
    });
  }

  std::vector<EventVerdict> verdicts;
  for (std::size_t i = 0; i < events.size(); ++i) {
    const auto reference = reference_of(staged.at(i));
    verdicts.push_back(
        {events[i].name, differences(reference, *answers[i], events[i]), reference.answer, *answers[i]});
  }
  return verdicts;
}

Findings varying_answers(const std::vector<Event>& events, const std::vector<std::vector<Answer>>& staged) {
  Findings findings;
  for (std::size_t i = 0; i < events.size(); ++i) {
    const auto reference = reference_of(staged.at(i));
    const bool by_bytes = events[i].compare == Compare::bytes && !reference.stable_bytes;
    const bool by_json = events[i].compare == Compare::json && compares_nothing(reference);
    if (!by_bytes && !by_json) continue;
    findings.push_back(
        {Severity::warning, "answer-varies", "",
         format("event {} was answered otherwise at each of {} unshrunk runs, so any answer of the "
                "bundle was accepted",
                events[i].name, staged[i].size()),
         by_bytes ? "compare = \"json\" compares what does not vary, \"status\" the statusCode alone"
                  : "let the handler answer with an object, of which parts may vary"});
  }
  return findings;
}

Findings dropped_asked_for(const std::vector<EventVerdict>& verdicts) {
  static constexpr std::string_view begin = "lbundle dropped ", hint_mark = "): keep = ";
  std::map<std::string, std::set<std::string>> events;  // by line
  for (const auto& verdict : verdicts) {
    std::istringstream log(verdict.bundle.end.error_output);
    for (std::string line; std::getline(log, line);)
      if (tells_of_dropped(line)) events[line].insert(verdict.event);
  }
  Findings findings;
  for (const auto& [line, names] : events) {
    const auto reason = line.find(" (", begin.size());
    const auto hint = line.rfind(hint_mark);
    if (reason == std::string::npos || hint == std::string::npos || hint < reason) continue;
    const auto path = line.substr(begin.size(), reason - begin.size());
    const auto more = names.size() == 1 ? "" : format(" and {} more", names.size() - 1);
    findings.push_back({Severity::warning, "dropped-asked-for", path,
                        format("event {}{} asked for {}, which was dropped ({})", *names.begin(), more, path,
                               line.substr(reason + 2, hint - reason - 2)),
                        line.substr(hint + 3)});
  }
  return findings;
}

}  // namespace lbundle
