#include "node/js_facts.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/js_tokens.hpp"

namespace lbundle {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;

// Holes and folders as they can be read: "*" and "<here>".
std::string shown(const std::string& value) {
  std::string text;
  for (const char c : value) {
    if (c == js_hole) {
      text += '*';
    } else if (c == js_folder) {
      text += "<here>";
    } else {
      text += c == js_file ? '@' : c;
    }
  }
  return text;
}

std::vector<std::string> loads(std::string_view source) {
  std::vector<std::string> names;
  for (const auto& load : read_js_facts(source).loads) names.push_back(shown(load.name));
  return names;
}

std::vector<std::string> places(std::string_view source) {
  std::vector<std::string> paths;
  for (const auto& place : read_js_facts(source).places) paths.push_back(shown(place.path));
  return paths;
}

TEST(JsTokens, TextsAndTemplates) {
  const auto read = read_js(R"(f('a\x41\u{42}\n', "it's", `x${ a + `${b}` }y`))");
  EXPECT_TRUE(read.even);
  ASSERT_EQ(read.tokens.size(), 8U);
  EXPECT_EQ(read.tokens[2].text, "aAB\n");
  EXPECT_EQ(read.tokens[4].text, "it's");
  EXPECT_EQ(read.tokens[6].parts, (std::vector<std::string>{"x", "y"}));
  EXPECT_EQ(read.tokens[6].holes.size(), 1U);
}

TEST(JsTokens, ASlashDividesOrBeginsARegularExpression) {
  for (const auto* source :
       {"a / b; '/'", "x = /['\"`(]/; f('y')", "if (a) /'/.test(b)", "(a) / 2 / '3'.length", "a[0] / b / '4'",
        "return /[/']/g", "i++ / 2; '/'", "({}) / 2; '/'", "if (x) {} /'/.exec(y)", "f(x => /\"/.test(x))"})
    EXPECT_TRUE(read_js(source).even) << source;
}

TEST(JsTokens, CommentsAreNoWordsAndLinesAreCounted) {
  const auto read = read_js("#!/usr/bin/env node\n// require('a')\n/* '\n` */ b /* ) */");
  ASSERT_EQ(read.tokens.size(), 1U);
  EXPECT_EQ(read.tokens[0].text, "b");
  EXPECT_EQ(read.tokens[0].line, 4);
}

TEST(JsTokens, WhatIsNoJavaScriptDoesNotComeOutEven) {
  for (const auto* source : {"'open", "`open", "(", ")", "{]", "`${", "\"a\nb\""})
    EXPECT_FALSE(read_js(source).even) << source;
}

TEST(JsFacts, WaysToLoad) {
  EXPECT_THAT(loads("const a = require('a'); import b from 'b'; import 'c'; export * from \"d\";"
                    "import(`e`); require.resolve('f'); import.meta.resolve('g'); module.require('h');"
                    "(0, x.require)('i'); __require('j'); const k = await import('k'); require?.('l');"),
              UnorderedElementsAre("a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"));
}

TEST(JsFacts, CommentsTextsAndDefinitionsLoadNothing) {
  EXPECT_THAT(loads("// require('a')\n'require(\"b\")'; function require(x) {} x.from('c').to"), IsEmpty());
}

TEST(JsFacts, ComputedNamesHaveHoles) {
  EXPECT_THAT(
      loads(
          "require('./drivers/' + name); require(`@img/sharp-${p}/sharp.node`);"
          "require(path.join(__dirname, 'lib', name + '.js')); import(new URL('./x.mjs', import.meta.url))"),
      UnorderedElementsAre("./drivers/*", "@img/sharp-*/sharp.node", "<here>/lib/*.js", "<here>/./x.mjs"));
  EXPECT_TRUE(read_js_facts("require(name)").computed);
  EXPECT_FALSE(read_js_facts("require('name')").computed);
  // What a condition or another operator makes of it is not known.
  EXPECT_THAT(loads("require(a ? './b' : './c')"), IsEmpty());
  EXPECT_THAT(read_js_facts("require(a ? './b' : './c')").mentions, ElementsAre("./b", "./c"));
}

TEST(JsFacts, PlacesBesideTheModule) {
  EXPECT_THAT(places("const d = path.join(__dirname, 'data'); read(path.join(d, n + '.json'));"),
              Contains("<here>/data/*.json"));
  EXPECT_THAT(places("open(`${__dirname}/x/${y}.txt`)"), Contains("<here>/x/*.txt"));
  EXPECT_THAT(places("fs.readFileSync(__dirname + '/a.wasm')"), Contains("<here>/a.wasm"));
  EXPECT_THAT(places("new Worker(new URL('./w.js', import.meta.url))"), Contains("<here>/./w.js"));
  EXPECT_THAT(places("const h = dirname(fileURLToPath(import.meta.url)); join(h, 'a')"),
              Contains("<here>/a"));
  // A name with two values has none.
  EXPECT_THAT(places("let d = __dirname + '/a'; d = other; join(d, 'b')"), Not(Contains("<here>/a/b")));
}

TEST(JsFacts, CallsWithAConstant) {
  const auto facts = read_js_facts("client('s3'); a.b.resource('sqs', x); f(y)");
  ASSERT_EQ(facts.calls.size(), 2U);
  EXPECT_EQ(facts.calls[1].function, "resource");
  EXPECT_EQ(facts.calls[1].name, "sqs");
  const auto pair = read_js_facts("app.set('view engine', 'hbs'); app.set('views', folder, 'x');");
  ASSERT_EQ(pair.calls.size(), 3U);
  EXPECT_EQ(pair.calls[1].function, "set");
  EXPECT_EQ(pair.calls[1].name, "hbs");
}

TEST(JsFacts, OnlyTheFirstLevelIsFirm) {
  const auto facts = read_js_facts("require('a');\nfunction f() {\n  require('b');\n}");
  ASSERT_EQ(facts.loads.size(), 2U);
  EXPECT_TRUE(facts.loads[0].firm);
  EXPECT_FALSE(facts.loads[1].firm);
  EXPECT_EQ(facts.loads[1].line, 3);
}

TEST(JsFacts, WhereWordsAreLostThePlainTextIsSearched) {
  EXPECT_THAT(loads("const a = ` ${ open; require('late')"), Contains("late"));
}

}  // namespace
}  // namespace lbundle
