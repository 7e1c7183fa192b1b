#include "runs/unproven.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/runs.hpp"

namespace lbundle {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

Answer answer_of(const std::string& result, const std::string& log = "") {
  Answer answer;
  answer.returned = true;
  answer.result = result;
  answer.end.error_output = log;
  return answer;
}

Event event_that(Expect expect, const std::string& name = "e") {
  Event event;
  event.name = name;
  event.expect = expect;
  return event;
}

std::string why(const Answer& answer) {
  return why_unproven(event_that(Expect::answer), {answer});
}

TEST(WhyUnproven, AServersError) {
  EXPECT_EQ(why(answer_of("{\"statusCode\": 500}")), "it answers statusCode 500");
  EXPECT_EQ(why(answer_of("{\"statusCode\": \"503\"}")), "it answers statusCode 503");
  for (const auto* result : {"{\"statusCode\": 499}", "{\"statusCode\": \"ok\"}", "500", "\"500\"", "[NaN]",
                             "{\"status\": 500}", "null"})
    EXPECT_EQ(why(answer_of(result)), "") << result;
}

TEST(WhyUnproven, AnErrorMessage) {
  EXPECT_EQ(why(answer_of("{\"errorMessage\": \"no database\"}")), "it answers errorMessage \"no database\"");
  EXPECT_EQ(why(answer_of("{\"errorMessage\": null}")), "");
  EXPECT_EQ(why(answer_of("{\"errorMessage\": \"\"}")), "");
}

TEST(WhyUnproven, ALoggedTraceback) {
  const auto* log = "Traceback (most recent call last):\n  File \"a.py\", line 1, in f\nOSError: no\n";
  EXPECT_EQ(why(answer_of("1", log)), "its log has \"OSError: no\"");
  auto answer = answer_of("1");
  answer.end.output = log;
  EXPECT_EQ(why(answer), "its log has \"OSError: no\"");
}

TEST(WhyUnproven, NoCodeOfTheFunction) {
  auto answer = answer_of("1");
  answer.own_code_ran = false;
  EXPECT_THAT(why(answer), HasSubstr("none of the function's own code ran"));
}

TEST(WhyUnproven, OneRunThatGetsThroughIsEnough) {
  EXPECT_EQ(why_unproven(event_that(Expect::answer), {answer_of("{\"statusCode\": 500}"), answer_of("1")}),
            "");
}

TEST(WhyUnproven, AnExpectedErrorProvesSomething) {
  Answer raised;
  raised.raised = true;
  raised.end.error_output =
      "Traceback (most recent call last):\n  File \"a.py\", line 1, in f\nOSError: no\n";
  EXPECT_EQ(why_unproven(event_that(Expect::error), {raised}), "");
}

TEST(UnprovenEvents, AreWarningsUnlessNoneGetsThrough) {
  const std::vector<Event> events{event_that(Expect::answer, "a"), event_that(Expect::answer, "b")};
  const auto findings = [&](const char* a, const char* b, bool allowed = false) {
    return unproven_events(events, {{answer_of(a)}, {answer_of(b)}}, {}, {}, {}, allowed);
  };
  EXPECT_THAT(findings("1", "2"), IsEmpty());
  const auto one = findings("1", "{\"statusCode\": 500}");
  ASSERT_THAT(one, SizeIs(1));
  EXPECT_EQ(one[0].code, "event-fails-unshrunk");
  EXPECT_EQ(one[0].severity, Severity::warning);
  EXPECT_EQ(one[0].message,
            "event b proves nothing, because it fails on the unshrunk tree too: it answers statusCode 500");
  const auto all = findings("{\"statusCode\": 502}", "{\"statusCode\": 500}");
  ASSERT_THAT(all, SizeIs(3));
  EXPECT_EQ(all[2].code, "no-event-got-through");
  EXPECT_EQ(all[2].severity, Severity::error);
  EXPECT_THAT(all[2].hint, HasSubstr("--allow-failing-events"));
  EXPECT_EQ(findings("{\"statusCode\": 502}", "{\"statusCode\": 500}", true)[2].severity, Severity::warning);
}

TEST(UnprovenEvents, TheHintIsThatOfTheCause) {
  const auto found =
      unproven_events({event_that(Expect::answer)},
                      {{answer_of("{\"statusCode\": 500, \"body\": \"gaierror\"}")}}, {}, {}, {}, true);
  EXPECT_THAT(found.front().hint, HasSubstr("[[sandbox.service]]"));
}

// These run in the real sandbox.
class OwnCodeTest : public Runs {
 protected:
  bool own_code_ran() { return traced().answers[0][0].own_code_ran; }
};

TEST_F(OwnCodeTest, AHandlerRuns) {
  EXPECT_TRUE(own_code_ran());
}

TEST_F(OwnCodeTest, ADependencyMayAnswerInItsPlace) {
  scratch_.put(
      "tree/wrapping.py",
      "def wrap(function):\n    def wrapper(event, context):\n"
      "        return function(event, context) if event.get('go') else 'refused'\n    return wrapper\n");
  handler("import wrapping\n\n@wrapping.wrap\ndef handler(event, context):\n    return 'well'\n");
  StagedTree tree;
  tree.root = plan_.tree;
  tree.files = scan_tree(plan_.tree, 1);
  tree.distributions.all = {{"wrapping", "1.0"}};
  tree.distributions.owner[BundlePath("wrapping.py")] = 0;
  add_event("go", "{\"go\": 1}");
  const auto answers = trace(tree, plan_, events_, {TraceMethod::automatic, 1, 2}, store_).answers;
  EXPECT_EQ(answers[0][0].result, "\"refused\"");
  EXPECT_FALSE(answers[0][0].own_code_ran);
  EXPECT_EQ(answers[1][0].result, "\"well\"");
  EXPECT_TRUE(answers[1][0].own_code_ran);
}

TEST_F(OwnCodeTest, AThreadOfTheFunctionCounts) {
  scratch_.put(
      "tree/wrapping.py",
      "import threading\n\ndef wrap(function):\n    def wrapper(event, context):\n"
      "        thread = threading.Thread(target=function)\n        thread.start()\n        thread.join()\n"
      "    return wrapper\n");
  handler("import wrapping\n\n@wrapping.wrap\ndef handler():\n    pass\n");
  StagedTree tree;
  tree.root = plan_.tree;
  tree.files = scan_tree(plan_.tree, 1);
  tree.distributions.all = {{"wrapping", "1.0"}};
  tree.distributions.owner[BundlePath("wrapping.py")] = 0;
  EXPECT_TRUE(trace(tree, plan_, events_, {TraceMethod::automatic, 1, 2}, store_).answers[0][0].own_code_ran);
}

TEST_F(OwnCodeTest, AModuleWithoutFunctionsCannotRunAny) {
  scratch_.put("tree/ready.py", "def answer(event, context):\n    return 1\n");
  handler("from ready import answer as handler\n");
  StagedTree tree;
  tree.root = plan_.tree;
  tree.files = scan_tree(plan_.tree, 1);
  tree.distributions.all = {{"ready", "1.0"}};
  tree.distributions.owner[BundlePath("ready.py")] = 0;
  EXPECT_TRUE(trace(tree, plan_, events_, {TraceMethod::automatic, 1, 2}, store_).answers[0][0].own_code_ran);
}

}  // namespace
}  // namespace lbundle
