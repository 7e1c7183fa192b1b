#include "runs/verify.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runs/warm.hpp"
#include "support/runs.hpp"

namespace lbundle {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

using VerifyTest = Runs;

TEST_F(VerifyTest, TheSameTreeGivesTheSameAnswers) {
  const auto verdicts = verified(traced());
  ASSERT_EQ(verdicts.size(), 1U);
  EXPECT_TRUE(verdicts[0].match());
  EXPECT_EQ(verdicts[0].event, "one");
  EXPECT_EQ(verdicts[0].bundle.result, "\"morning\"");
  EXPECT_THAT(names_in(plan_.scratch), IsEmpty());
}

TEST_F(VerifyTest, AMissingFileIsADifference) {
  const auto unshrunk = traced();
  fs::remove(scratch_ / "tree/words.txt");
  const auto verdicts = verified(unshrunk);
  ASSERT_EQ(verdicts[0].differences.size(), 1U);
  EXPECT_THAT(verdicts[0].differences[0], HasSubstr("FileNotFoundError"));
}

TEST_F(VerifyTest, OnlyGoodAnswersAreRemembered) {
  const auto unshrunk = traced();
  EXPECT_TRUE(verified(unshrunk)[0].match());
  const auto kind = scratch_ / "cache/verify";
  const auto count = [&] {
    return std::distance(fs::recursive_directory_iterator(kind), fs::recursive_directory_iterator());
  };
  const auto good = count();
  EXPECT_GT(good, 0);
  EXPECT_TRUE(verified(unshrunk)[0].match());
  EXPECT_EQ(count(), good);
  fs::remove(scratch_ / "tree/words.txt");
  EXPECT_FALSE(verified(unshrunk)[0].match());
  EXPECT_EQ(count(), good) << "a failure may be the machine's";
}

TEST_F(VerifyTest, ADifferentAnswerIsADifference) {
  const auto unshrunk = traced();
  scratch_.put("tree/words.txt", "good evening world");
  EXPECT_THAT(verified(unshrunk)[0].differences,
              testing::ElementsAre("the answer: \"evening\" instead of \"morning\""));
}

TEST_F(VerifyTest, ADifferenceIsReportedOnlyAfterMoreUnshrunkRuns) {
  auto unshrunk = traced();
  const auto answer = unshrunk.answers[0][0];
  auto other = answer;
  other.result = "\"evening\"";
  scratch_.put("tree/words.txt", "good evening world");
  const auto zip = packed();
  std::vector<int> asked;
  // True if the bundle matches when unshrunk run number `which` gives the same answer as the bundle.
  const auto matches_if = [&](int which) {
    asked.clear();
    std::vector<std::vector<Answer>> answers{{answer, answer}};
    const auto repeat = [&](const Event&, int runs) {
      asked.push_back(runs);
      std::vector<Answer> all(static_cast<std::size_t>(runs), answer);
      if (which <= runs) all[static_cast<std::size_t>(which) - 1] = other;
      return all;
    };
    UnpackedZip unpacked(zip, plan_.scratch, 2);
    return verify(unpacked, digest_of_file(zip), plan_, events_, {answers, digest_of("tree"), repeat}, 2,
                  store_)
        .verdicts[0]
        .match();
  };
  EXPECT_TRUE(matches_if(3));
  EXPECT_THAT(asked, testing::ElementsAre(4)) << "no more than it takes";
  EXPECT_TRUE(matches_if(most_unshrunk_runs));
  EXPECT_FALSE(matches_if(most_unshrunk_runs + 1));
  EXPECT_THAT(asked, testing::ElementsAre(4, 6, 8));
}

}  // namespace
}  // namespace lbundle
