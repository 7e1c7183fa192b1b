#include "runs/compare_answers.hpp"

#include <csignal>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace lbundle {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Pointers = std::set<std::string>;

Pointers differing(const char* a, const char* b) {
  return differing_pointers(parse_json(a, "a"), parse_json(b, "b"));
}

Answer answered(const std::string& result, const std::string& log = "") {
  Answer answer;
  answer.event = "e";
  answer.returned = true;
  answer.result = result;
  answer.end.error_output = log;
  return answer;
}

Event event_with(Compare compare, std::vector<std::string> ignore = {}) {
  Event event;
  event.name = "e";
  event.compare = compare;
  event.ignore = std::move(ignore);
  return event;
}

std::vector<std::string> compared(const std::vector<Answer>& unshrunk, const Answer& bundle,
                                  const Event& event = event_with(Compare::json)) {
  return differences(reference_of(unshrunk), bundle, event);
}

TEST(DifferingPointers, AreTheShortestThatShowADifference) {
  EXPECT_EQ(differing("{\"a\":1,\"b\":[1,2]}", "{\"b\":[1,2],\"a\":1}"), Pointers{});
  EXPECT_EQ(differing("{\"a\":1}", "{\"a\":2}"), Pointers{"/a"});
  EXPECT_EQ(differing("{\"a\":{\"b\":[1,{\"c\":2}]}}", "{\"a\":{\"b\":[1,{\"c\":3}]}}"),
            Pointers{"/a/b/1/c"});
  EXPECT_EQ(differing("{\"a\":1,\"b\":2}", "{\"b\":2,\"c\":3}"), (Pointers{"/a", "/c"}));
  EXPECT_EQ(differing("[1,2]", "[1,2,3]"), Pointers{""}) << "arrays of another length differ as a whole";
  EXPECT_EQ(differing("[1,2]", "[2,1]"), (Pointers{"/0", "/1"}));
  EXPECT_EQ(differing("{\"a/b\":1,\"c~d\":1}", "{\"a/b\":2,\"c~d\":2}"), (Pointers{"/a~1b", "/c~0d"}));
  EXPECT_EQ(differing("1", "\"1\""), Pointers{""});
  EXPECT_EQ(differing("null", "false"), Pointers{""});
  EXPECT_EQ(differing("{}", "[]"), Pointers{""});
  EXPECT_EQ(differing("{\"a\":null}", "{}"), Pointers{"/a"}) << "null is not nothing";
}

TEST(DifferingPointers, NumbersAreExact) {
  EXPECT_EQ(differing("0.1", "0.10000000000000002"), Pointers{""});
  EXPECT_EQ(differing("9007199254740993", "9007199254740992"), Pointers{""}) << "equal as doubles";
  EXPECT_EQ(differing("-1", "18446744073709551615"), Pointers{""}) << "equal in 64 bits";
  EXPECT_EQ(differing("1e2", "100.0"), Pointers{});
}

TEST(DifferingPointers, AToleranceIsAFractionOfANumber) {
  const auto within = [](const char* a, const char* b, double tolerance) {
    return differing_pointers(parse_json_exactly(a, "a"), parse_json_exactly(b, "b"), tolerance);
  };
  EXPECT_EQ(within("0.1", "0.10000000000000002", 1e-9), Pointers{});
  EXPECT_EQ(within("1000.0", "1000.9", 1e-3), Pointers{}) << "a part of the number, not the number";
  EXPECT_EQ(within("1000.0", "1001.1", 1e-3), Pointers{""});
  EXPECT_EQ(within("[100, {\"a\": -2.0}]", "[100.0, {\"a\": -2.0000001}]", 1e-6), Pointers{});
  EXPECT_EQ(within("-1.0", "1.0", 0.5), Pointers{""});
  EXPECT_EQ(within("0.0", "1e-30", 1e-9), Pointers{""}) << "no part of it is near nothing";
  EXPECT_EQ(within("18446744073709551617", "18446744073709551618", 1e-9), Pointers{}) << "beyond 64 bits";
  EXPECT_EQ(within("18446744073709551617", "28446744073709551618", 1e-9), Pointers{""});
  EXPECT_EQ(within("1.0", "\"1.0\"", 1.0), Pointers{""}) << "a text is no number";
  EXPECT_EQ(within("true", "1", 1.0), Pointers{""});
  const auto* body = R"({"statusCode": 200, "body": "{\"area\": 0.1}"})";
  EXPECT_EQ(within(body, R"({"statusCode": 200, "body": "{\"area\":0.1000000001}"})", 1e-6), Pointers{});
  EXPECT_EQ(within(body, R"({"statusCode": 200, "body": "{\"area\":0.2}"})", 1e-6), Pointers{"/body"});
  EXPECT_EQ(within(body, R"({"statusCode": 200, "body": "{\"area\": 0.10}"})", 0.0), Pointers{"/body"});
}

rc::Gen<Json> any_json(int depth = 3) {
  const auto leaf = rc::gen::oneOf(rc::gen::map(rc::gen::inRange(-2, 3), [](int n) { return Json(n); }),
                                   rc::gen::map(rc::gen::arbitrary<bool>(), [](bool b) { return Json(b); }),
                                   rc::gen::just(Json("text")), rc::gen::just(Json(nullptr)));
  if (depth == 0) return leaf;
  const auto key = rc::gen::element<std::string>("a", "b", "a/b", "~", "");
  return rc::gen::oneOf(
      leaf,
      rc::gen::map(rc::gen::container<std::vector<Json>>(3, any_json(depth - 1)),
                   [](const auto& v) { return Json(v); }),
      rc::gen::map(rc::gen::container<std::map<std::string, Json>>(2, key, any_json(depth - 1)),
                   [](const auto& members) {
                     auto object = Json::object();
                     for (const auto& [name, value] : members) object[name] = value;
                     return object;
                   }));
}

RC_GTEST_PROP(DifferingPointersProperty, LeadToWhatDiffers, ()) {
  const auto a = *any_json();
  const auto b = *any_json();
  const auto found = differing_pointers(a, b);
  RC_ASSERT(found.empty() == (a == b));
  RC_ASSERT(differing_pointers(a, a).empty());
  RC_ASSERT(differing_pointers(b, a) == found);
  for (const auto& text : found) {
    const Json::json_pointer pointer(text);
    RC_ASSERT(a.contains(pointer) || b.contains(pointer));
    RC_ASSERT(!(a.contains(pointer) && b.contains(pointer) && a.at(pointer) == b.at(pointer)));
  }
}

TEST(Differences, TheSameAnswerHasNone) {
  EXPECT_THAT(compared({answered("{\"a\": 1, \"b\": 2}")}, answered("{\"b\":2,\"a\":1}")), IsEmpty());
}

TEST(Differences, NameTheirPlace) {
  EXPECT_THAT(
      compared({answered("{\"a\":1,\"b\":2}")}, answered("{\"a\":3,\"c\":4}")),
      ElementsAre("/a: 3 instead of 1", "/b: missing; unshrunk it was 2", "/c: only the bundle gives it: 4"));
  EXPECT_THAT(compared({answered("1")}, answered("[]")), ElementsAre("the answer: [] instead of 1"));
  const auto lines = compared({answered("\"" + std::string(500, 'x') + "\"")}, answered("1"));
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_LT(lines[0].size(), 200U);
}

TEST(Differences, IntegersBeyond64BitsCount) {
  EXPECT_THAT(compared({answered("18446744073709551617")}, answered("18446744073709551618")),
              ElementsAre("the answer: 18446744073709551618 instead of 18446744073709551617"));
}

TEST(Differences, AnswersThatAreNotJsonAreComparedByTheirBytes) {
  EXPECT_THAT(compared({answered("[NaN]")}, answered("[NaN]")), IsEmpty());
  EXPECT_THAT(compared({answered("[NaN]")}, answered("[Infinity]")), ElementsAre(HasSubstr("bytes differ")));
  EXPECT_THAT(compared({answered("[NaN]")}, answered("[1]"), event_with(Compare::status)), IsEmpty());
}

TEST(Differences, AnEventsToleranceCounts) {
  auto event = event_with(Compare::json);
  event.tolerance = 1e-6;
  EXPECT_THAT(compared({answered("{\"a\":1.0}")}, answered("{\"a\":1.0000001}"), event), IsEmpty());
  EXPECT_THAT(compared({answered("{\"a\":1.0}")}, answered("{\"a\":1.1}"), event),
              ElementsAre("/a: 1.1 instead of 1.0"));
}

TEST(Differences, IgnoredPlacesAreLeftOutWithEverythingBelow) {
  const auto ignoring = event_with(Compare::json, {"/headers/date", "/meta"});
  EXPECT_THAT(compared({answered(R"({"headers":{"date":1},"meta":{"id":1}})")},
                       answered(R"({"headers":{"date":2},"meta":{"id":2,"more":3}})"), ignoring),
              IsEmpty());
  EXPECT_THAT(compared({answered(R"({"metal":1,"headers":{"date2":1}})")},
                       answered(R"({"metal":2,"headers":{"date2":2}})"), ignoring),
              ElementsAre(HasSubstr("/headers/date2:"), HasSubstr("/metal:")));
  EXPECT_THAT(compared({answered("1")}, answered("2"), event_with(Compare::json, {""})), IsEmpty());
}

TEST(Differences, UnstablePartsMayDiffer) {
  const std::vector<Answer> unshrunk = {answered(R"({"time":1,"body":"x","tags":[1,2]})"),
                                        answered(R"({"time":2,"body":"x","tags":[1,2]})"),
                                        answered(R"({"time":1,"body":"x","tags":[1]})")};
  EXPECT_EQ(reference_of(unshrunk).unstable, (Pointers{"/time", "/tags"}));
  EXPECT_THAT(compared(unshrunk, answered(R"({"time":9,"body":"x","tags":[7]})")), IsEmpty());
  EXPECT_THAT(compared(unshrunk, answered(R"({"time":9,"body":"y","tags":[7]})")),
              ElementsAre(HasSubstr("/body:")));
}

TEST(Differences, BytesAreBytes) {
  const auto bytes = event_with(Compare::bytes);
  EXPECT_THAT(compared({answered("{\"a\": 1}")}, answered("{\"a\":1}"), bytes),
              ElementsAre("the answer's 7 bytes differ from the 8 unshrunk, first at byte 5"));
  EXPECT_THAT(compared({answered("{\"a\": 1}")}, answered("{\"a\": 1}"), bytes), IsEmpty());
}

TEST(Differences, StatusAlone) {
  const auto status = event_with(Compare::status);
  EXPECT_THAT(compared({answered(R"({"statusCode":200,"body":"a"})")},
                       answered(R"({"body":"b","statusCode":200})"), status),
              IsEmpty());
  EXPECT_THAT(compared({answered(R"({"statusCode":200})")}, answered(R"({"statusCode":500})"), status),
              ElementsAre("statusCode: 500 instead of 200"));
  EXPECT_THAT(compared({answered(R"({"statusCode":200})")}, answered("[]"), status),
              ElementsAre("statusCode: null instead of 200"));
}

TEST(Differences, CompareNoneStillNeedsAnAnswer) {
  const auto none = event_with(Compare::none);
  EXPECT_THAT(compared({answered("1")}, answered("2"), none), IsEmpty());
  Answer raised;
  raised.error_type = "KeyError";
  raised.error_message = "'x'";
  EXPECT_THAT(compared({answered("1")}, raised, none),
              ElementsAre("ended with KeyError: 'x' instead of an answer"));
}

TEST(Differences, TheWayItEndsCounts) {
  auto crashed = answered("1");
  crashed.end.signal_number = SIGSEGV;
  EXPECT_THAT(compared({answered("1")}, crashed),
              ElementsAre("ended with signal 11 (Segmentation fault) instead of an answer"));
  auto failed = answered("1");
  failed.end.exit_code = 1;
  EXPECT_THAT(compared({answered("1")}, failed),
              ElementsAre("ended with exit status 1 instead of an answer"));
  auto late = answered("1");
  late.end.timed_out = true;
  EXPECT_THAT(compared({answered("1")}, late), ElementsAre(HasSubstr("no end within")));
}

TEST(Differences, NewLinesOnStderrCount) {
  const std::vector<Answer> unshrunk = {answered("1", "read 12 rows at 0x7f1a2b\n"),
                                        answered("1", "second run only")};
  EXPECT_THAT(compared(unshrunk, answered("1", "read 7 rows at 0x9\n")), IsEmpty()) << "numbers change";
  EXPECT_THAT(compared(unshrunk, answered("1", "second run only\n\n")), IsEmpty());
  EXPECT_THAT(compared(unshrunk, answered("1", "")), IsEmpty());
  EXPECT_THAT(compared(unshrunk, answered("1", "read 7 rows at 0x9\nproj.db not found\n")),
              ElementsAre("new on stderr: proj.db not found"));
  EXPECT_THAT(compared(unshrunk, answered("1", "no newline behind it")),
              ElementsAre("new on stderr: no newline behind it"));
}

TEST(Differences, ARepeatedLineIsOneDifference) {
  EXPECT_THAT(compared({answered("1")}, answered("1", "no font 1\nno font 2\nno grid\nno font 3\n")),
              ElementsAre("new on stderr: no font 1", "new on stderr: no grid"));
}

TEST(Differences, IdsOnStderrChangeFromRunToRun) {
  EXPECT_THAT(compared({answered("1", "request 9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d begun\n")},
                       answered("1", "request 1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed begun\n")),
              IsEmpty());
  EXPECT_THAT(compared({answered("1", "decade of data\n")}, answered("1", "facade of data\n")),
              ElementsAre(HasSubstr("facade")))
      << "words are words, though of hexadecimal letters";
}

TEST(Differences, QuotedSourceLinesDoNotCount) {
  // The warnings module writes this if it finds the source.
  EXPECT_THAT(compared({answered("1", "/var/task/a.py:3: UserWarning: old\n  warn('old')\n")},
                       answered("1", "/var/task/a.py:3: UserWarning: old\n")),
              IsEmpty());
  EXPECT_THAT(compared({answered("1", "/var/task/a.py:3: UserWarning: old\n")},
                       answered("1", "/var/task/a.py:3: UserWarning: old\n  warn('old')\n")),
              IsEmpty());
}

TEST(Differences, LinesAboutDroppedFilesAreNotDifferencesThemselves) {
  const std::string notice = "lbundle dropped a/b.py (no event used it): keep = [\"a/b.py\"]\n";
  EXPECT_THAT(compared({answered("1")}, answered("1", notice)), IsEmpty());
  EXPECT_THAT(compared({answered("1")}, answered("2", notice)),
              ElementsAre(HasSubstr("2 instead of 1"), HasSubstr("new on stderr: lbundle dropped a/b.py")));
}

}  // namespace
}  // namespace lbundle
