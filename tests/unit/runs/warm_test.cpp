#include "runs/warm.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "os/digest_of.hpp"
#include "support/runs.hpp"

namespace lbundle {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

Event event_named(const std::string& name) {
  Event event;
  event.name = name;
  return event;
}

Sequence answered_sequence(const std::vector<std::string>& results) {
  Sequence sequence;
  for (const auto& result : results) {
    Answer answer;
    answer.returned = !result.empty();
    answer.result = result;
    if (result.empty()) answer.error_type = "ValueError";
    sequence.push_back(answer);
  }
  return sequence;
}

TEST(SequenceOf, TheOnlyEventComesTwice) {
  EXPECT_THAT(sequence_of({event_named("a")}), SizeIs(2));
  EXPECT_THAT(sequence_of({event_named("a"), event_named("b")}), SizeIs(2));
  EXPECT_THAT(sequence_of({}), IsEmpty());
}

TEST(WarmDifferences, AreOfEachPlace) {
  const auto events = sequence_of({event_named("a")});
  EXPECT_THAT(warm_differences(events, {answered_sequence({"1", "2"}), answered_sequence({"1", "2"})},
                               answered_sequence({"1", "2"})),
              ElementsAre(IsEmpty(), IsEmpty()));
  EXPECT_THAT(warm_differences(events, {answered_sequence({"1", "2"}), answered_sequence({"1", "2"})},
                               answered_sequence({"1", "1"})),
              ElementsAre(IsEmpty(), ElementsAre("the answer: 1 instead of 2")));
}

TEST(WarmDifferences, PartsThatVaryUnshrunkDoNotCount) {
  const auto events = sequence_of({event_named("a")});
  EXPECT_THAT(warm_differences(events, {answered_sequence({"1", "2"}), answered_sequence({"1", "3"})},
                               answered_sequence({"1", "9"})),
              ElementsAre(IsEmpty(), IsEmpty()));
}

TEST(WarmDifferences, AnEventWithoutAnAnswerUnshrunkIsNotHeldAgainstTheBundle) {
  const auto events = sequence_of({event_named("a")});
  EXPECT_THAT(warm_differences(events, {answered_sequence({"1", ""}), answered_sequence({"1", ""})},
                               answered_sequence({"1", "5"})),
              ElementsAre(IsEmpty(), IsEmpty()));
}

using WarmTest = Runs;

TEST_F(WarmTest, OnlyTheBundleFailsForTheSecondEvent) {
  handler(
      "import os\nHERE = os.path.dirname(__file__)\ncount = 0\n\ndef handler(event, context):\n"
      "    global count\n    count += 1\n"
      "    return open(HERE + '/words.txt').read() if count == 2 else 'first'\n");
  auto unshrunk = traced();
  // The bundle lacks the file. The unshrunk tree has it.
  const auto zip = scratch_ / "out.zip";
  auto files = scan_tree(plan_.tree, 1);
  files.remove(BundlePath("words.txt"));
  pack(files, zip, {zip::Level::fast, 1, nullptr, {}});
  UnpackedZip unpacked(zip, plan_.scratch, 2);
  const auto found = verify(unpacked, digest_of_file(zip), plan_, events_,
                            {unshrunk.answers, digest_of("the whole tree")}, 2, store_);
  ASSERT_THAT(found.verdicts, SizeIs(1));
  EXPECT_TRUE(found.verdicts[0].warm);
  ASSERT_THAT(found.verdicts[0].differences, SizeIs(1));
  EXPECT_THAT(found.verdicts[0].differences[0],
              AllOf(HasSubstr("in a warm process: "), HasSubstr("FileNotFoundError")));
}

TEST_F(WarmTest, ADifferenceIsReportedOnlyAfterMoreUnshrunkRuns) {
  const auto counting = [this](const char* second) {
    handler(std::string("count = 0\n\ndef handler(event, context):\n    global count\n    count += 1\n"
                        "    return '") +
            second + "' if count == 2 else 'first'\n");
  };
  const auto sequence = sequence_of(events_);
  // True if the bundle matches after the first `runs` unshrunk runs answered differently. All later unshrunk
  // runs answer as the bundle does.
  const auto matches_after = [&](int runs) {
    const auto tree = digest_of(std::to_string(runs));
    counting("as twice");
    auto unshrunk = traced();
    for (int number = 1; number <= runs; ++number) warm_run(plan_, tree, sequence, number, store_);
    counting("otherwise");
    const auto zip = packed();
    UnpackedZip unpacked(zip, plan_.scratch, 2);
    return verify(unpacked, digest_of_file(zip), plan_, events_, {unshrunk.answers, tree}, 2, store_)
        .verdicts.at(0)
        .match();
  };
  EXPECT_TRUE(matches_after(unshrunk_sequences)) << "it varies by itself";
  EXPECT_TRUE(matches_after(most_unshrunk_runs - 1));
  EXPECT_FALSE(matches_after(most_unshrunk_runs));
}

TEST_F(WarmTest, ARunIsRememberedByNumber) {
  handler("import time\n\ndef handler(event, context):\n    return time.time_ns()\n");
  const auto sequence = sequence_of(events_);
  const auto tree = digest_of("tree");
  EXPECT_FALSE(find_warm_run(plan_, tree, sequence, 1, store_).has_value());
  const auto first = warm_run(plan_, tree, sequence, 1, store_);
  ASSERT_THAT(first, SizeIs(2));
  EXPECT_NE(first[0].result, first[1].result);
  EXPECT_EQ(warm_run(plan_, tree, sequence, 1, store_)[1].result, first[1].result);
  EXPECT_NE(warm_run(plan_, tree, sequence, 2, store_)[1].result, first[1].result);
  handler("def handler(event, context):\n    raise ValueError()\n");
  warm_run(plan_, digest_of("other"), sequence, 1, store_);
  EXPECT_FALSE(find_warm_run(plan_, digest_of("other"), sequence, 1, store_).has_value())
      << "a failure may be the machine's";
}

}  // namespace
}  // namespace lbundle
