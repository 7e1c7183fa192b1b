#include "init/yaml_document.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/expect_error.hpp"

namespace lbundle::init {
namespace {

using testing::HasSubstr;

TEST(YamlDocument, KeepsTagsOfCloudFormationAndLines) {
  const auto root =
      parse_yaml("a: !Ref Table\nb: !Sub '${X}'\nc: 'text'\nd: !!str 1\ne: [1, {f: g}]\n", "a.yaml");
  EXPECT_EQ(root["a"].tag, "!Ref");
  EXPECT_EQ(root["a"].text, "Table");
  EXPECT_EQ(root["b"].tag, "!Sub");
  EXPECT_EQ(root["c"].tag, "");
  EXPECT_EQ(root["d"].tag, "");
  EXPECT_EQ(root["d"].line, 4);
  EXPECT_EQ(root["e"].items.at(1)["f"].text, "g");
  EXPECT_FALSE(root["x"]["y"].is_there());
}

TEST(YamlDocument, MergesTables) {
  const auto root = parse_yaml("base: &base {a: 1, b: 2}\none:\n  <<: *base\n  b: 3\n", "a.yaml");
  EXPECT_EQ(root["one"]["a"].text, "1");
  EXPECT_EQ(root["one"]["b"].text, "3");
}

TEST(YamlDocument, AMistakeHasItsPlace) {
  const auto error = error_of([] { parse_yaml("a:\n  - b\n c: d\n", "template.yaml"); });
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), HasSubstr("cannot read 'template.yaml': line 3, column 2: "));
}

TEST(YamlDocument, AnEmptyFileHasNothing) {
  EXPECT_FALSE(parse_yaml("", "a.yaml")["Resources"].is_there());
  EXPECT_FALSE(parse_yaml("just text", "a.yaml")["Resources"].is_there());
}

}  // namespace
}  // namespace lbundle::init
