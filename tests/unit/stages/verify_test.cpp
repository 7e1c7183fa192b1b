#include "stages/verify.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/runs.hpp"

namespace lbundle {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

using VerifyTest = Runs;

TEST_F(VerifyTest, TheSameTreeAnswersAlike) {
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

}  // namespace
}  // namespace lbundle
