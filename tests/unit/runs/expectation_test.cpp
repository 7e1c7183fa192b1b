#include "runs/expectation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runs/compare_answers.hpp"
#include "support/expect_error.hpp"
#include "support/runs.hpp"

namespace lbundle {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Answer raised(const std::string& type, const std::string& message) {
  Answer answer;
  answer.event = "e";
  answer.raised = true;
  answer.error_type = type;
  answer.error_message = message;
  return answer;
}

Event expecting_error() {
  Event event;
  event.name = "e";
  event.expect = Expect::error;
  return event;
}

std::vector<std::string> compared_errors(const std::vector<Answer>& unshrunk, const Answer& bundle,
                                         const Event& event) {
  return differences(reference_of(unshrunk), bundle, event);
}

TEST(ExpectedError, TypeAndMessageAreCompared) {
  const auto event = expecting_error();
  EXPECT_THAT(compared_errors({raised("E", "m")}, raised("E", "m"), event), IsEmpty());
  EXPECT_THAT(compared_errors({raised("E", "m")}, raised("F", "n"), event),
              ElementsAre("/errorMessage: \"n\" instead of \"m\"", "/errorType: \"F\" instead of \"E\""));
}

TEST(ExpectedError, VolatilePartsAreLeftOut) {
  auto event = expecting_error();
  EXPECT_THAT(compared_errors({raised("E", "at 1"), raised("E", "at 2")}, raised("E", "at 3"), event),
              IsEmpty())
      << "the message varies unshrunk";
  EXPECT_THAT(compared_errors({raised("E", "at 1"), raised("E", "at 2")}, raised("F", "at 3"), event),
              ElementsAre("/errorType: \"F\" instead of \"E\""));
  event.ignore = {"/errorMessage"};
  EXPECT_THAT(compared_errors({raised("E", "m")}, raised("E", "n"), event), IsEmpty());
}

TEST(ExpectedError, TheEventsWayToCompareCounts) {
  auto event = expecting_error();
  event.compare = Compare::status;
  EXPECT_THAT(compared_errors({raised("E", "m")}, raised("E", "n"), event), IsEmpty());
  EXPECT_THAT(compared_errors({raised("E", "m")}, raised("F", "m"), event),
              ElementsAre("errorType: \"F\" instead of \"E\""));
  event.compare = Compare::none;
  EXPECT_THAT(compared_errors({raised("E", "m")}, raised("F", "n"), event), IsEmpty());
}

TEST(ExpectedError, AnAnswerIsADifference) {
  Answer answered;
  answered.returned = true;
  answered.result = "1";
  EXPECT_THAT(compared_errors({raised("E", "m")}, answered, expecting_error()),
              ElementsAre("ended with an answer instead of E: m"));
}

TEST(EndedAsExpected, DependsOnTheEvent) {
  Answer answered;
  answered.returned = true;
  Answer killed;
  killed.error_type = out_of_memory_error;
  EXPECT_TRUE(ended_as_expected({}, answered));
  EXPECT_FALSE(ended_as_expected({}, raised("E", "m")));
  EXPECT_TRUE(ended_as_expected(expecting_error(), raised("E", "m")));
  EXPECT_FALSE(ended_as_expected(expecting_error(), answered));
  EXPECT_FALSE(ended_as_expected(expecting_error(), killed)) << "the handler did not raise it";
}

// These run in the real sandbox.
class ExpectTest : public Runs {
 protected:
  ExpectTest() {
    add_event("far", "{\"n\": 99}");
    events_[1].expect = Expect::error;
  }
};

TEST_F(ExpectTest, AnErrorIsAnAnswerColdAndWarm) {
  const auto result = traced(2);
  EXPECT_TRUE(result.answers[1][0].raised);
  EXPECT_EQ(result.answers[1][0].error_type, "IndexError");
  for (const auto& verdict : verified(result)) EXPECT_THAT(verdict.differences, IsEmpty());
}

TEST_F(ExpectTest, AnotherErrorOfTheBundleIsReported) {
  const auto result = traced();
  handler(
      "def handler(event, context):\n    if event['n'] == 1:\n        return 'morning'\n    raise "
      "KeyError('x')\n");
  const auto verdicts = verified(result);
  EXPECT_TRUE(verdicts[0].match());
  EXPECT_THAT(verdicts[1].differences,
              ElementsAre("/errorMessage: \"'x'\" instead of \"list index out of range\"",
                          "/errorType: \"KeyError\" instead of \"IndexError\""));
}

TEST_F(ExpectTest, AnErrorThatIsKnownIsNotAcceptedWithoutTheKey) {
  traced();
  events_[1].expect = Expect::answer;
  const auto error = error_of([&] { traced(); });
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), HasSubstr("cannot trace 'event far'"));
  EXPECT_THAT(error->hint(), HasSubstr("expect = \"error\""));
}

TEST_F(ExpectTest, AnEventForVerifyingIsRun) {
  events_[1].expect = Expect::answer;
  events_[1].verify_only = true;
  const auto error = error_of([&] { traced(); });
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), HasSubstr("cannot run 'event far'"));
}

TEST_F(ExpectTest, AnAnswerIsAnErrorThen) {
  events_[0].expect = Expect::error;
  const auto error = error_of([&] { traced(); });
  ASSERT_TRUE(error);
  EXPECT_STREQ(
      error->what(),
      "cannot trace 'event one': it answers \"morning\" on the unshrunk tree, and its [[event]] says "
      "expect = \"error\"");
}

TEST_F(ExpectTest, AModuleThatCannotBeImportedRaisesNothing) {
  handler("import missing_module\n");
  events_[0].expect = Expect::error;
  const auto error = error_of([&] { traced(); });
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), HasSubstr("Runtime.ImportModuleError"));
}

}  // namespace
}  // namespace lbundle
