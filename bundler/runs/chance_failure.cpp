// The problem: a function may fail by chance, such as a process that ends before its worker thread has
// answered. It then fails now and then on the unshrunk tree and on the bundle alike, and few unshrunk runs do
// not show it. To refuse the bundle is wrong, and to ignore the failure is worse: a race for a file that the
// bundle lacks looks the same.
//
// The idea: more runs on both sides. Only a failure that also comes on the unshrunk tree, with the same
// error, is chance.
#include "runs/chance_failure.hpp"

#include <algorithm>

#include "model/text.hpp"
#include "runs/compare_answers.hpp"
#include "runs/expectation.hpp"

namespace lbundle {

namespace {

bool same_failure(const Answer& one, const Answer& other) {
  return one.error_type == other.error_type && one.error_message == other.error_message;
}

// Makes each run at most once, however many events ask for it.
class Runs {
 public:
  Runs(std::function<Sequence(int)> run, int most) : run_(std::move(run)), most_(most) {}

  int most() const { return most_; }
  const Sequence& at(int number) {
    while (static_cast<int>(made_.size()) <= number - 2)
      made_.push_back(run_(static_cast<int>(made_.size()) + 2));
    return made_[static_cast<std::size_t>(number - 2)];
  }

 private:
  std::function<Sequence(int)> run_;
  int most_;
  std::vector<Sequence> made_;  // of the runs 2, 3, …
};

// How often an event failed in how many runs.
struct Count {
  int failed = 0, runs = 1;
};

std::string to_text(const Count& count) {
  return format("{} of {} runs", count.failed, count.runs);
}

// Runs the bundle again until it has failed twice more, or all further runs are made.
Count failures_of_bundle(Runs& runs, const Event& event, std::size_t place) {
  Count count{.failed = 1};
  while (count.runs < runs.most() && count.failed < 3) {
    ++count.runs;
    if (!ended_as_expected(event, runs.at(count.runs)[place])) ++count.failed;
  }
  return count;
}

// Runs the unshrunk tree again until it has failed as the bundle did, or all further runs are made.
Count same_failures_unshrunk(Runs& runs, const Answer& failure, std::size_t place) {
  Count count;
  while (count.runs < runs.most() && count.failed == 0) {
    ++count.runs;
    if (same_failure(failure, runs.at(count.runs)[place])) ++count.failed;
  }
  return count;
}

}  // namespace

WarmDifferences without_chance_failures(const WarmAnswers& answers,
                                        std::vector<std::vector<std::string>> lines) {
  WarmDifferences result{std::move(lines), {}};
  Runs bundle_runs(answers.run_bundle, 1 + most_bundle_reruns);
  Runs unshrunk_runs(answers.run_unshrunk, most_runs_for_a_failure);
  for (std::size_t i = 0; i < result.lines.size(); ++i) {
    const auto& event = answers.events[i];
    const auto& failure = answers.bundle[i];
    if (result.lines[i].empty() || ended_as_expected(event, failure) ||
        !ended_as_expected(event, answers.unshrunk[i]) ||
        !dropped_notices_in(failure.end.error_output).empty())
      continue;
    const auto on_bundle = failures_of_bundle(bundle_runs, event, i);
    if (on_bundle.failed == on_bundle.runs) continue;
    const auto unshrunk = same_failures_unshrunk(unshrunk_runs, failure, i);
    if (unshrunk.failed == 0) {
      result.lines[i].push_back(format("it fails in {}, and in none of {} on the unshrunk tree",
                                       to_text(on_bundle), unshrunk.runs));
      continue;
    }
    result.lines[i].clear();
    result.findings.push_back(
        {Severity::warning, "fails-by-chance", "",
         format("event {} fails by chance in a process that has answered other events: in {} on the bundle "
                "and in {} on the unshrunk tree: {}",
                event.name, to_text(on_bundle), to_text(unshrunk), failure.error_message),
         "it will fail on Lambda too: look for what the handler does not wait for"});
  }
  return result;
}

}  // namespace lbundle
