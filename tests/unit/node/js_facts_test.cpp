// tests/e2e/js_facts_test.py tests the parser, which reads JavaScript itself.
#include "node/js_facts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/error.hpp"

namespace lbundle {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

std::vector<std::string> loads(const JsFacts& facts) {
  std::vector<std::string> names;
  for (const auto& load : facts.loads) names.push_back(load.name);
  return names;
}

TEST(JsFacts, ALineOfTheScriptBecomesFacts) {
  const auto facts =
      parse_js_facts(
          R"({"loads":[["./a\u0001","required",3,true],["b","imported",4,false]],"places":[["\u0002/x",5]],)"
          R"("mentions":["c","\u0004"],"words":["e","d"],"calls":[["client","s3",""],["set","x-\u0004","v"]],)"
          R"("tails":["/t-\u0004.js"],"loaded_tails":["/u"],"computed":true})")
          .value();
  ASSERT_EQ(facts.loads.size(), 2U);
  EXPECT_EQ(facts.loads[0].name, std::string("./a") + js_hole);
  EXPECT_EQ(facts.loads[0].kind, JsFacts::Kind::required);
  EXPECT_EQ(facts.loads[0].line, 3);
  EXPECT_TRUE(facts.loads[0].firm);
  EXPECT_EQ(facts.loads[1].kind, JsFacts::Kind::imported);
  ASSERT_EQ(facts.places.size(), 1U);
  EXPECT_EQ(facts.places[0].path, std::string(1, js_folder) + "/x");
  EXPECT_EQ(facts.places[0].line, 5);
  EXPECT_THAT(facts.mentions, ElementsAre("c", std::string(1, js_arch)));
  EXPECT_THAT(facts.words, ElementsAre("d", "e"));
  EXPECT_THAT(facts.loaded_tails, ElementsAre("/u"));
  const auto here = for_processor(facts, "arm64");
  EXPECT_THAT(here.mentions, ElementsAre("c", "arm64"));
  EXPECT_THAT(here.tails, ElementsAre("/t-arm64.js"));
  EXPECT_EQ(here.calls.at(1).name, "x-arm64");
  ASSERT_EQ(facts.calls.size(), 2U);
  EXPECT_EQ(facts.calls[1].after, "v");
  EXPECT_EQ(facts.calls[0].function, "client");
  EXPECT_EQ(facts.calls[0].name, "s3");
  EXPECT_TRUE(facts.computed);
  EXPECT_THAT(facts.unparsed, IsEmpty());
}

TEST(JsFacts, TheLineOfASourceThatDidNotParseSaysWhy) {
  const auto facts = parse_js_facts(R"({"error":"Unexpected token"})").value();
  EXPECT_EQ(facts.unparsed, "Unexpected token");
  EXPECT_FALSE(facts.beyond);
  EXPECT_TRUE(parse_js_facts(R"({"error":"it is too large","beyond":true})")->beyond);
  EXPECT_THAT(facts.loads, IsEmpty());
  EXPECT_FALSE(parse_js_facts("no JSON"));
  EXPECT_FALSE(parse_js_facts("{\"loads\":7}"));
}

TEST(JsFacts, InPlainTextWhatLooksLikeALoadCounts) {
  const auto facts = search_js_text(
      "<% const a = require('late'), b = await import(\"./b.mjs\")\nimport c from 'c'; export * from `d`\n"
      "require.resolve( 'e' ) require(name)",
      "it is a template");
  EXPECT_THAT(loads(facts), ElementsAre("late", "./b.mjs", "c", "d", "e"));
  EXPECT_EQ(facts.loads[0].kind, JsFacts::Kind::required);
  EXPECT_EQ(facts.loads[1].kind, JsFacts::Kind::imported);
  EXPECT_FALSE(facts.loads[0].firm);
  EXPECT_TRUE(facts.computed);
  EXPECT_EQ(facts.unparsed, "it is a template");
}

TEST(JsFacts, InPlainTextEachTextInQuotesIsAMention) {
  const auto facts =
      search_js_text("it's a {{ name }}\n['./data/x.json', \"lib.wasm\", 'two words', '']\n'open", "");
  EXPECT_THAT(facts.mentions, Contains("./data/x.json"));
  EXPECT_THAT(facts.mentions, Contains("lib.wasm"));
  EXPECT_THAT(facts.mentions, Not(Contains("two words")));
  EXPECT_THAT(facts.mentions, Not(Contains("")));
}

}  // namespace
}  // namespace lbundle
