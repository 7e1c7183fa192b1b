// The promise of lbundle is "the same answers, or no zip". So the zip itself is judged, unpacked as Lambda
// unpacks it, and not the staged tree or the files that pack was given. Each event runs in a fresh process,
// in the same sandbox as unshrunk, and all of them run in one process together, because Lambda keeps
// processes (runs/warm.cpp). Whatever the handler does is an answer to compare. Only a sandbox that cannot be
// made is an error.
//
// Answers may vary by chance, and few unshrunk runs show little of that: rows that compare equal come in
// either order, and two runs give the same order half of the time. So a difference is reported only after
// further unshrunk runs. A bundle whose answers match at once needs none of these.
//
// All these runs are independent, so they run in parallel, the long ones first. Rejected: to start the warm
// runs only after all cold answers match. That keeps a core idle in every build, and helps only a build that
// fails.

#include "runs/verify.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "model/text.hpp"
#include "os/digest_of.hpp"
#include "os/log.hpp"
#include "os/parallel.hpp"
#include "runs/answer_record.hpp"
#include "runs/chance_failure.hpp"
#include "runs/expectation.hpp"
#include "runs/run_key.hpp"
#include "runs/warm.hpp"

namespace lbundle {

namespace {

constexpr const char* answer_kind = "verify";

std::optional<Answer> find_answer(const Store& store, const Digest& key) {
  const auto found = store.find(answer_kind, key);
  return found ? answer_from_record(as_text(*found)) : std::nullopt;
}

Answer run_and_store(const SandboxPlan& plan, const Event& event, const Digest& key, const Store& store) {
  auto answer = run_event(plan, event);
  log_detail(format("event {} on the bundle: {:.2f} s", event.name, answer.end.seconds));
  // A failure is not stored, because the machine may have caused it, such as a timeout under load. The event
  // runs again next time.
  if (ended_as_expected(event, answer)) store.put(answer_kind, key, as_bytes(to_record(answer)));
  return answer;
}

struct WarmRuns {
  std::vector<Event> events;
  std::vector<Sequence> unshrunk = std::vector<Sequence>(unshrunk_sequences);
  Sequence bundle;
};

struct ComparedAnswers {
  std::vector<std::string> differences;
  std::vector<Answer> unshrunk;  // all answers that the bundle's was compared with
};

// Compares an answer of the bundle with those of the unshrunk tree. Runs the unshrunk tree again as long as a
// difference may be chance.
ComparedAnswers compare(const Event& event, std::vector<Answer> unshrunk, const Answer& bundle,
                        const UnshrunkRuns& runs, unsigned jobs) {
  auto lines = differences(reference_of(unshrunk), bundle, event);
  while (!lines.empty() && runs.repeat && unshrunk.size() < most_unshrunk_runs &&
         may_be_chance(unshrunk.front(), bundle)) {
    const auto more = std::min<std::size_t>(unshrunk.size() + std::max(jobs, 1U), most_unshrunk_runs);
    unshrunk = runs.repeat(event, static_cast<int>(more));
    lines = differences(reference_of(unshrunk), bundle, event);
  }
  return {std::move(lines), std::move(unshrunk)};
}

// Returns `verification` with what the warm process showed.
Verification with_warm_runs(Verification verification, const WarmRuns& runs, const WarmDifferences& warm) {
  verification.findings.insert(verification.findings.end(), warm.findings.begin(), warm.findings.end());
  for (std::size_t i = 0; i < runs.events.size(); ++i) {
    const auto& unshrunk = runs.unshrunk.front()[i];
    if (!ended_as_expected(runs.events[i], unshrunk)) {
      verification.findings.push_back(
          {Severity::note, "warm-fails", "",
           format("event {} gives no {} in a process that has answered other events, and none on the "
                  "unshrunk tree either{}",
                  runs.events[i].name, runs.events[i].expect == Expect::error ? "error" : "answer",
                  unshrunk.error_message.empty() ? "" : ": " + unshrunk.error_message),
           "Lambda keeps a process for the next event: check what the events before it leave behind"});
    }
    auto& verdict = verification.verdicts[std::min(i, verification.verdicts.size() - 1)];
    verdict.warm = verdict.warm || !warm.lines[i].empty();
    for (const auto& line : warm.lines[i]) verdict.differences.push_back("in a warm process: " + line);
  }
  return verification;
}

}  // namespace

bool all_match(const std::vector<EventVerdict>& verdicts) {
  return std::ranges::all_of(verdicts, &EventVerdict::match);
}

UnshrunkRuns unshrunk_runs(const StagedTree& tree, const SandboxPlan& plan, AnswersOfRuns answers,
                           const TraceOptions& options, const Store& store) {
  const auto repeat = [&tree, &plan, &store, more = options](const Event& event, int runs) mutable {
    more.runs = runs;
    return trace(tree, plan, {event}, more, store).answers.front();
  };
  return {std::move(answers), digest_of(tree.files), repeat};
}

Verification verify(UnpackedZip& zip, const Digest& zip_digest, const SandboxPlan& plan,
                    const std::vector<Event>& events, UnshrunkRuns unshrunk, unsigned jobs,
                    const Store& store) {
  const auto on_zip = [&] {
    auto own = plan;
    own.tree = zip.tree();
    return own;
  };
  WarmRuns warm{.events = sequence_of(events)};
  std::vector<std::function<void()>> work;
  for (std::size_t i = 0; i < warm.unshrunk.size(); ++i) {
    work.emplace_back([&, i] {
      warm.unshrunk[i] = warm_run(plan, unshrunk.tree, warm.events, static_cast<int>(i) + 1, store);
    });
  }
  work.emplace_back([&] {
    auto found = find_warm_run(plan, zip_digest, warm.events, 1, store);
    warm.bundle = found ? std::move(*found) : warm_run(on_zip(), zip_digest, warm.events, 1, store);
  });
  std::vector<std::optional<Answer>> answers;
  for (std::size_t i = 0; i < events.size(); ++i) {
    const auto key = run_key(zip_digest, plan, events[i]);
    answers.push_back(find_answer(store, key));
    if (!answers[i])
      work.emplace_back([&, i, key] { answers[i] = run_and_store(on_zip(), events[i], key, store); });
  }
  parallel_for(work.size(), jobs, [&](std::size_t turn) { work[turn](); });

  Verification verification;
  for (std::size_t i = 0; i < events.size(); ++i) {
    auto compared = compare(events[i], std::move(unshrunk.answers.at(i)), *answers[i], unshrunk, jobs);
    verification.verdicts.push_back(
        {events[i].name, std::move(compared.differences), compared.unshrunk.front(), *answers[i]});
    verification.unshrunk.push_back(std::move(compared.unshrunk));
  }
  if (!all_match(verification.verdicts)) return verification;
  const auto run_unshrunk = [&](int number) {
    return warm_run(plan, unshrunk.tree, warm.events, number, store);
  };
  const auto run_bundle = [&](int number) {
    return warm_run(on_zip(), zip_digest, warm.events, number, store);
  };
  const auto lasting = without_chance_failures(
      {warm.events, warm.unshrunk.front(), warm.bundle, run_unshrunk, run_bundle},
      lasting_differences(warm.events, warm.unshrunk, warm.bundle, run_unshrunk, jobs));
  return with_warm_runs(std::move(verification), warm, lasting);
}

Findings varying_answers(const std::vector<Event>& events, const AnswersOfRuns& staged) {
  Findings findings;
  for (std::size_t i = 0; i < events.size(); ++i) {
    const auto reference = reference_of(staged.at(i));
    const bool by_bytes = events[i].compare == Compare::bytes && !reference.stable_bytes;
    const bool by_json = events[i].compare == Compare::json && compares_nothing(reference);
    if (!by_bytes && !by_json) continue;
    findings.push_back(
        {Severity::warning, "answer-varies", "",
         format("event {} was answered differently in each of {} unshrunk runs, so any answer of the "
                "bundle was accepted",
                events[i].name, staged[i].size()),
         by_bytes ? "compare = \"json\" compares what does not vary, \"status\" the statusCode alone"
                  : "let the handler answer with an object; only those parts of it that vary are then not "
                    "compared"});
  }
  return findings;
}

Findings dropped_asked_for(const std::vector<EventVerdict>& verdicts) {
  static constexpr std::string_view begin = "lbundle dropped ",
                                    keep_mark = "): keep = ", source_mark = "): untouched = ";
  std::map<std::string, std::set<std::string>> events;  // by line
  for (const auto& verdict : verdicts) {
    for (const auto& line : dropped_notices_in(verdict.bundle.end.error_output)) {
      // Much code that lists a folder does not need sources, and the answer shows whether this code does.
      if (verdict.match() && line.find(source_mark) != std::string::npos) continue;
      events[line].insert(verdict.event);
    }
  }
  Findings findings;
  for (const auto& [line, names] : events) {
    const auto reason = line.find(" (", begin.size());
    const auto keep = line.rfind(keep_mark);
    const auto hint = keep == std::string::npos ? line.rfind(source_mark) : keep;
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
