#include "cold_start/cold_start_figures.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace lbundle {
namespace {

using testing::ElementsAre;

Answer answer_of(double init, double invoke, std::uint64_t memory, std::uint64_t read) {
  Answer answer;
  answer.init_seconds = init;
  answer.invoke_seconds = invoke;
  answer.peak_memory = memory;
  answer.bytes_read = read;
  return answer;
}

ColdStartSide side_of(int number) {
  return {1.0 / number, 2.0 / number, ByteSize(static_cast<std::uint64_t>(number) * 1000),
          ByteSize(static_cast<std::uint64_t>(number)), static_cast<std::size_t>(number)};
}

void expect_same(const ColdStartSide& one, const ColdStartSide& other) {
  EXPECT_EQ(one.import_seconds, other.import_seconds);
  EXPECT_EQ(one.invoke_seconds, other.invoke_seconds);
  EXPECT_EQ(one.peak_memory, other.peak_memory);
  EXPECT_EQ(one.bytes_read, other.bytes_read);
  EXPECT_EQ(one.files_opened, other.files_opened);
}

TEST(ColdStartMedians, AreOfEachFigureByItself) {
  // One process was slow to import, and another one was slow to answer. The medians show neither.
  const auto side =
      medians_of({answer_of(9.0, 0.2, 300, 7), answer_of(0.3, 8.0, 100, 5), answer_of(0.1, 0.1, 200, 6)});
  expect_same(side, {0.3, 0.2, ByteSize(200), ByteSize(6), 0});
}

TEST(ColdStartMedians, OfTwoAreTheHigher) {
  expect_same(medians_of({answer_of(1.0, 4.0, 10, 0), answer_of(2.0, 3.0, 20, 0)}),
              {2.0, 4.0, ByteSize(20), ByteSize(0), 0});
}

TEST(ColdStartMedians, OfNothingAreZero) {
  expect_same(medians_of({}), {});
}

TEST(ColdStartMedians, OfOneAreItsOwn) {
  expect_same(medians_of({answer_of(0.5, 0.25, 1, 2)}), {0.5, 0.25, ByteSize(1), ByteSize(2), 0});
}

TEST(ColdStartRecord, ComesBackAsItWas) {
  ColdStart start;
  start.processes = 3;
  start.staged = side_of(3);
  start.bundle = side_of(7);
  start.imports = {{"numpy", 1.0 / 3.0, 94}, {"caf\xc3\xa9", 0.0, 1}};
  start.unused = {"pandas 2.1.0", "\"quoted\"\n"};
  const auto record = to_record(start);
  EXPECT_EQ(record.find('\n'), std::string::npos);
  const auto back = cold_start_from_record(record);
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(back->processes, 3);
  expect_same(back->staged, start.staged);
  expect_same(back->bundle, start.bundle);
  // The report's older figures come from these.
  EXPECT_EQ(back->staged_seconds, start.staged.import_seconds);
  EXPECT_EQ(back->bundle_seconds, start.bundle.import_seconds);
  ASSERT_EQ(back->imports.size(), 2U);
  EXPECT_EQ(back->imports[0].name, "numpy");
  EXPECT_EQ(back->imports[0].seconds, 1.0 / 3.0);
  EXPECT_EQ(back->imports[0].modules, 94U);
  EXPECT_EQ(back->imports[1].name, "caf\xc3\xa9");
  EXPECT_THAT(back->unused, ElementsAre("pandas 2.1.0", "\"quoted\"\n"));
}

TEST(ColdStartRecord, AnotherFormIsNotARecord) {
  const auto whole = to_record(ColdStart{});
  ASSERT_TRUE(cold_start_from_record(whole).has_value());
  for (const auto* text :
       {"", "{", "[]", "7", "{}", R"({"processes": 3})",
        R"({"processes":"3","staged":[0,0,0,0,0],"bundle":[0,0,0,0,0],"imports":[],"unused":[]})",
        R"({"processes":3,"staged":[0,0,0,0],"bundle":[0,0,0,0,0],"imports":[],"unused":[]})",
        R"({"processes":3,"staged":[0,0,0,0,0],"bundle":[0,0,0,0,0],"imports":[["a"]],"unused":[]})",
        R"({"processes":3,"staged":[0,0,0,0,0],"bundle":[0,0,0,0,0],"imports":[],"unused":[7]})"})
    EXPECT_FALSE(cold_start_from_record(text).has_value()) << text;
}

RC_GTEST_PROP(ColdStartRecordProperty, ACutRecordIsNotARecord, ()) {
  ColdStart start;
  start.imports = {{"numpy", 0.25, 94}};
  start.unused = {"pandas 2.1.0"};
  const auto record = to_record(start);
  const auto size = *rc::gen::inRange<std::size_t>(0, record.size());
  RC_ASSERT(!cold_start_from_record(std::string_view(record).substr(0, size)).has_value());
}

}  // namespace
}  // namespace lbundle
