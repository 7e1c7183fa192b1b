#include "json/json.hpp"

#include <gtest/gtest.h>

#include "support/expect_error.hpp"

namespace lbundle {
namespace {

std::string mistake_in(const std::string& text) {
  const auto error = error_of([&] { parse_json(text, "a.json"); });
  return error ? error->what() : "";
}

TEST(Json, AMistakeIsReportedWithItsPlace) {
  EXPECT_EQ(mistake_in("{\"a\": 1,\n \"b\" 2}"), "cannot read 'a.json': line 2, column 6: not valid JSON");
  EXPECT_EQ(mistake_in("?"), "cannot read 'a.json': line 1, column 1: not valid JSON");
  EXPECT_EQ(mistake_in(""), "cannot read 'a.json': line 1, column 1: not valid JSON");
  EXPECT_EQ(mistake_in("[1,\n2,\n"), "cannot read 'a.json': line 3, column 1: not valid JSON");
  EXPECT_EQ(mistake_in("{} {}"), "cannot read 'a.json': line 1, column 4: not valid JSON");
  EXPECT_EQ(mistake_in("[NaN]"), "cannot read 'a.json': line 1, column 2: not valid JSON");
  EXPECT_EQ(mistake_in("[\"\xff\"]"), "cannot read 'a.json': line 1, column 3: not valid JSON");
  EXPECT_EQ(mistake_in("[]"), "");
}

TEST(Json, ANumberBeyondDoublesIsAMistakeToo) {
  EXPECT_NE(mistake_in("[1e999]"), "");
}

TEST(Json, KeepsTheOrderOfKeys) {
  EXPECT_EQ(to_line(parse_json(R"({"b": 1, "a": [true, null]})", "x")), R"({"b":1,"a":[true,null]})");
  EXPECT_EQ(to_pretty(Json{{"b", 1}, {"a", 2}}), "{\n  \"b\": 1,\n  \"a\": 2\n}\n");
}

TEST(Json, BytesThatAreNotTextAreReplaced) {
  EXPECT_EQ(to_line(Json("a\xff")), "\"a\xef\xbf\xbd\"");
}

TEST(Json, LargeIntegersAreExactIfAskedFor) {
  const std::string one = "[18446744073709551617]";
  const std::string other = "[18446744073709551618]";
  EXPECT_EQ(parse_json(one, "x"), parse_json(other, "x"));
  EXPECT_NE(parse_json_exactly(one, "x"), parse_json_exactly(other, "x"));
  EXPECT_EQ(parse_json_exactly(one, "x"), parse_json_exactly(one, "x"));
  EXPECT_NE(parse_json_exactly("[-18446744073709551617]", "x"), parse_json_exactly(one, "x"));
  const auto* usual = R"({"a": [1, -1, 1.5, "18446744073709551617", {"b": null}]})";
  EXPECT_EQ(parse_json_exactly(usual, "x"), parse_json(usual, "x"));
  EXPECT_TRUE(error_of([] { parse_json_exactly("[", "x"); }));
}

std::string place_of_mistake(const std::string& text) {
  const auto mistake = mistake_in_json(text);
  return mistake ? std::to_string(mistake->line) + ":" + std::to_string(mistake->column) : "";
}

TEST(MistakeInJson, IsWhereTheTextStopsBeingJson) {
  EXPECT_EQ(place_of_mistake("{\"a\": 1,\n \"b\" 2}"), "2:6");
  EXPECT_EQ(place_of_mistake(""), "1:1");
  EXPECT_EQ(place_of_mistake("{}\n{}"), "2:1");
  EXPECT_EQ(place_of_mistake("{\"a\": 1,}"), "1:9");
  EXPECT_EQ(place_of_mistake("\xef\xbb\xbf{}"), "1:1");
  EXPECT_EQ(place_of_mistake("[\"\xff\"]"), "1:3");
}

TEST(MistakeInJson, IsNoneInWhatOtherReadersAccept) {
  for (const auto* text : {"{}", " null\n", "\"\\ud83d\"", "[\"\\uDC00x\"]", "1e999",
                           "123456789012345678901234567890", "\"\\\\ud83d\""})
    EXPECT_EQ(place_of_mistake(text), "") << text;
}

}  // namespace
}  // namespace lbundle
