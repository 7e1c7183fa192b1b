#include "runs/compare_written.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lbundle {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> compared(const std::vector<std::string>& unshrunk, const std::string& bundle,
                                  const std::vector<std::string>& ignored = {}) {
  return written_differences(unshrunk, bundle, ignored);
}

TEST(CompareWritten, OneOtherByteIsADifference) {
  const std::string before = R"({"aws":{"s3":{"out":{"a":{"text":"one","sha256":"11","size":3}}}}})";
  const std::string after = R"({"aws":{"s3":{"out":{"a":{"text":"onf","sha256":"12","size":3}}}}})";
  EXPECT_THAT(compared({before, before}, before), IsEmpty());
  EXPECT_THAT(compared({before, before}, after),
              ElementsAre("wrote /aws/s3/out/a/text: \"onf\" instead of \"one\""));
}

TEST(CompareWritten, ADigestAloneIsADifference) {
  EXPECT_THAT(compared({R"({"aws":{"s3":{"out":{"a":{"sha256":"11","size":3}}}}})"},
                       R"({"aws":{"s3":{"out":{"a":{"sha256":"12","size":3}}}}})"),
              ElementsAre("wrote /aws/s3/out/a/sha256: \"12\" instead of \"11\""));
}

TEST(CompareWritten, WhatIsMissingAndWhatIsNewIsADifference) {
  EXPECT_THAT(
      compared({R"({"aws":{"sqs":{"q":{"new":[{"text":"m"}]}}}})"}, "{}"),
      ElementsAre("wrote /aws: missing; unshrunk it was {\"sqs\":{\"q\":{\"new\":[{\"text\":\"m\"}]}}}"));
  EXPECT_THAT(compared({R"({"postgres":{}})"}, R"({"postgres":{"log":{"x":1}}})"),
              ElementsAre("wrote /postgres/log: only the bundle gives it: {\"x\":1}"));
  EXPECT_THAT(compared({""}, ""), IsEmpty());
}

TEST(CompareWritten, WhatVariesIsLeftOutAndWhatIsIgnored) {
  const auto item = [](const char* time, const char* total) {
    return std::string(R"({"aws":{"dynamodb":{"t":{"id=1":{"at":")") + time + R"(","total":)" + total +
           "}}}}}";
  };
  EXPECT_THAT(compared({item("8:00", "3"), item("8:01", "3")}, item("8:02", "3")), IsEmpty());
  EXPECT_THAT(compared({item("8:00", "3"), item("8:01", "3")}, item("8:02", "4")),
              ElementsAre("wrote /aws/dynamodb/t/id=1/total: 4 instead of 3"));
  EXPECT_THAT(compared({item("8:00", "3")}, item("8:00", "4"), {"/aws/dynamodb/t"}), IsEmpty());
  EXPECT_THAT(compared({item("8:00", "3")}, item("8:00", "4"), {"/aws"}), IsEmpty());
  EXPECT_THAT(compared({item("8:00", "3")}, item("8:00", "4"), {"/aws/dynamodb/tt"}), testing::SizeIs(1));
}

TEST(CompareWritten, NamesOfChanceAreComparedWithoutTheirDigits) {
  const auto object = [](const char* name, const char* text) {
    return std::string(R"({"aws":{"s3":{"out":{"fixed":{"text":"f"},"run-)") + name + R"(":{"text":")" +
           text + R"("}}}}})";
  };
  EXPECT_THAT(compared({object("17", "a"), object("18", "a")}, object("19", "a")), IsEmpty());
  EXPECT_THAT(compared({object("17", "a"), object("18", "a")}, object("19", "b")),
              ElementsAre("wrote /aws/s3/out/run-#/0/text: \"b\" instead of \"a\""));
  EXPECT_THAT(compared({object("17", "a"), object("17", "a")}, object("19", "a")), testing::SizeIs(2))
      << "a name that does not vary is exact";
}

TEST(WrittenLines, ShowEachPlace) {
  EXPECT_THAT(written_lines(R"({"aws":{"calls":{"s3 GetObject in/a":2,"s3 PutObject out/a/b":1},
      "s3":{"out":{"a/b":{"text":"one","sha256":"11","size":3},"gone":null}},
      "sqs":{"q":{"new":[{"json":{"n":1},"sha256":"1","size":7},{"text":"x","group":"g"}]}}},
      "postgres":{"orders":{"id=1":{"id":1}},"empty":{}}})"),
              ElementsAre("aws calls: s3 GetObject in/a ×2, s3 PutObject out/a/b", "aws s3 out/a/b: \"one\"",
                          "aws s3 out/gone: removed", "aws sqs q new: {\"n\":1}",
                          "aws sqs q new: {\"text\":\"x\",\"group\":\"g\"}",
                          "postgres orders id=1: {\"id\":1}", "postgres empty: {}"));
  EXPECT_THAT(written_lines(""), IsEmpty());
}

}  // namespace
}  // namespace lbundle
