// A failure of a warm process is chance only if it comes and goes on the unshrunk tree too.
#include "runs/chance_failure.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lbundle {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Answer good() {
  Answer answer;
  answer.returned = true;
  return answer;
}

Answer failed(const std::string& message = "exit", const std::string& log = "") {
  Answer answer;
  answer.error_type = "Runtime.ExitError";
  answer.error_message = message;
  answer.end.error_output = log;
  return answer;
}

class ChanceFailure : public testing::Test {
 protected:
  ChanceFailure() : events_(1) { events_[0].name = "a"; }

  // Judges a bundle that failed with `first`, where the runs in the two sets of numbers fail too.
  WarmDifferences judged(const Answer& first, std::set<int> bundle_fails, std::set<int> unshrunk_fails,
                         const Answer& unshrunk_failure = failed()) {
    const auto run_bundle = [&](int number) {
      ++bundle_runs_;
      return Sequence{bundle_fails.contains(number) ? failed() : good()};
    };
    const auto run_unshrunk = [&](int number) {
      ++unshrunk_runs_;
      return Sequence{unshrunk_fails.contains(number) ? unshrunk_failure : good()};
    };
    const Sequence unshrunk{good()}, bundle{first};
    return without_chance_failures({events_, unshrunk, bundle, run_unshrunk, run_bundle}, {{"it failed"}});
  }

  std::vector<Event> events_;
  int bundle_runs_ = 0, unshrunk_runs_ = 0;
};

TEST_F(ChanceFailure, AFailureThatComesAndGoesOnBothSidesIsAWarning) {
  const auto result = judged(failed(), {3}, {9});
  EXPECT_THAT(result.lines, ElementsAre(IsEmpty()));
  ASSERT_EQ(result.findings.size(), 1U);
  EXPECT_EQ(result.findings[0].code, "fails-by-chance");
  EXPECT_THAT(result.findings[0].message, HasSubstr("in 2 of 5 runs on the bundle and in 1 of 9 runs"));
}

TEST_F(ChanceFailure, AFailureOfTheBundleAloneStaysADifference) {
  const auto result = judged(failed(), {}, {});
  EXPECT_THAT(result.lines,
              ElementsAre(ElementsAre("it failed", HasSubstr("1 of 5 runs, and in none of 16"))));
  EXPECT_THAT(result.findings, IsEmpty());
}

TEST_F(ChanceFailure, AnotherFailureOfTheUnshrunkTreeProvesNothing) {
  EXPECT_THAT(judged(failed(), {}, {2}, failed("out of memory")).lines, ElementsAre(testing::SizeIs(2)));
}

TEST_F(ChanceFailure, ALastingFailureIsRunTwiceMore) {
  EXPECT_THAT(judged(failed(), {2, 3, 4, 5}, {2}).lines, ElementsAre(ElementsAre("it failed")));
  EXPECT_EQ(bundle_runs_, 2);
  EXPECT_EQ(unshrunk_runs_, 0);
}

TEST_F(ChanceFailure, ADroppedFileThatWasAskedForIsNoChance) {
  const auto log = "lbundle dropped pkg/a.txt (no event opens it): keep = [\"pkg/a.txt\"]\n";
  EXPECT_THAT(judged(failed("exit", log), {}, {2}).lines, ElementsAre(ElementsAre("it failed")));
  EXPECT_EQ(bundle_runs_, 0);
}

TEST_F(ChanceFailure, ADifferentAnswerIsNotAFailure) {
  EXPECT_THAT(judged(good(), {}, {2}).lines, ElementsAre(ElementsAre("it failed")));
  EXPECT_EQ(bundle_runs_, 0);
}

}  // namespace
}  // namespace lbundle
