#include "runs/trace.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/expect_error.hpp"
#include "support/runs.hpp"

namespace lbundle {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

using TraceTest = Runs;

TEST_F(TraceTest, ATraceHasAnswersAndEvidence) {
  add_event("two", "{\"n\": 2}");
  const auto result = traced(2);
  ASSERT_EQ(result.answers.size(), 2U);
  ASSERT_EQ(result.answers[1].size(), 2U);
  EXPECT_EQ(result.answers[0][0].result, "\"morning\"");
  EXPECT_EQ(result.answers[1][1].result, "\"world\"");
  const auto evidence = evidence_below(result.log, "/var/task");
  EXPECT_EQ(evidence.at(BundlePath("words.txt")).at(AccessKind::opened),
            (std::set<std::string>{"one", "two"}));
  EXPECT_TRUE(result.log.complete);
  EXPECT_THAT(names_in(plan_.scratch), IsEmpty()) << "its logs are in the cache alone";
}

TEST_F(TraceTest, ASecondTraceRunsNothing) {
  const auto first = traced();
  const auto second = traced();
  EXPECT_EQ(second.answers[0][0].end.seconds, first.answers[0][0].end.seconds)
      << "to the last digit: the same run";
  EXPECT_EQ(second.log.accesses, first.log.accesses);
  scratch_.put("tree/words.txt", "bon jour monde");
  EXPECT_EQ(traced().answers[0][0].result, "\"jour\"");
}

TEST_F(TraceTest, AnEventForVerifyingIsNoEvidence) {
  add_event("two", "{\"n\": 2}");
  events_[0].verify_only = true;
  const auto evidence = evidence_below(traced().log, "/var/task");
  EXPECT_EQ(evidence.at(BundlePath("words.txt")).at(AccessKind::opened), std::set<std::string>{"two"});
}

TEST_F(TraceTest, AnEventThatRaisesEndsTheTrace) {
  add_event("far", "{\"n\": 99}");
  const auto error = error_of([&] { traced(); });
  ASSERT_TRUE(error);
  EXPECT_STREQ(
      error->what(),
      "cannot trace 'event far': it fails on the unshrunk tree: IndexError: list index out of range");
  EXPECT_THAT(error->detail(), HasSubstr("File \"/var/task/handler.py\", line 5, in handler"));
  EXPECT_NE(error->hint(), "");
}

TEST_F(TraceTest, TheEndOfTheLogIsShown) {
  handler(
      "import sys\n\ndef handler(event, context):\n    for i in range(40):\n"
      "        print('line', i, file=sys.stderr)\n    raise KeyError('x')\n");
  const auto error = error_of([&] { traced(); });
  ASSERT_TRUE(error);
  EXPECT_THAT(error->detail(), HasSubstr("line 39\n"));
  EXPECT_THAT(error->detail(), HasSubstr("line 25\n"));
  EXPECT_EQ(error->detail().find("line 24\n"), std::string::npos) << "the last 15 lines";
}

TEST_F(TraceTest, ATimeoutIsReported) {
  handler("import time\n\ndef handler(event, context):\n    time.sleep(60)\n");
  plan_.settings.timeout = std::chrono::seconds(1);
  const auto error = error_of([&] { traced(); });
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), HasSubstr("within 1 s"));
  EXPECT_THAT(error->hint(), HasSubstr("timeout"));
}

}  // namespace
}  // namespace lbundle
