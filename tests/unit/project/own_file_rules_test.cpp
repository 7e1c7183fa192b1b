#include "project/own_file_rules.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "project/secret_rules.hpp"
#include "project/toml_document.hpp"
#include "support/expect_error.hpp"

namespace lbundle {
namespace {

using testing::HasSubstr;

TEST(OwnFileRules, NameWhatNoFunctionNeeds) {
  const auto& rules = own_file_rules();
  for (const auto* name : {".git", ".vscode", "node_modules", "__pycache__", "a.pyc", ".lbundle"})
    EXPECT_NE(rules.never_own(name), nullptr) << name;
  for (const auto* name : {"handler.py", "git", "env", "tests"})
    EXPECT_EQ(rules.never_own(name), nullptr) << name;
  for (const auto* path :
       {".env", "a/.env.local", "requirements-dev.txt", "template.yaml", "samconfig.toml", "serverless.yml",
        "Dockerfile", "infra/terraform.tfstate", ".github/workflows/ci.yml"})
    EXPECT_NE(rules.unless_used_at(path), nullptr) << path;
  for (const auto* path :
       {"handler.py", "package.json", "data/template.yaml", "config.yaml", "env.py", "README.md"})
    EXPECT_EQ(rules.unless_used_at(path), nullptr) << path;
  EXPECT_NE(rules.by_reach_at("tests/a.py"), nullptr);
  EXPECT_TRUE(rules.by_reach_at("templates/a.html")->named_by_any);
  EXPECT_EQ(rules.by_reach_at("tests"), nullptr) << "a file";
  EXPECT_EQ(rules.by_reach_at("pkg/tests/a.py"), nullptr) << "only in the project's folder";
}

TEST(OwnFileRules, MistakesHaveTheirPlace) {
  const auto refusal = [](const char* text) {
    const auto error = error_of([&] { parse_own_file_rules("rules/own-files.toml", text); });
    return error ? std::string(error->what()) + error->detail() : "no failure";
  };
  EXPECT_THAT(refusal("[[never]]\nnames = ['[']\nreason = 'r'\nsource = 's'\n"), HasSubstr("'[' has no ']'"));
  EXPECT_THAT(refusal("[[never]]\nnames = ['a']\nsource = 's'\n"), HasSubstr("reason"));
  EXPECT_THAT(refusal("[[unless_used]]\nfiles = ['a']\nreason = 'r'\n"), HasSubstr("source"));
  EXPECT_THAT(refusal("[[by_reach]]\nfolders = ['a']\nnamed_by = 'all'\nreason = 'r'\nsource = 's'\n"),
              HasSubstr("all"));
}

TEST(TomlDocument, AKeyWithThousandsOfPartsIsAnError) {
  std::string key, strings = "a = [";
  for (int i = 0; i < 20'000; ++i) {
    key += "a.";
    strings += "\"x.y.z\", 1.5, ";
  }
  const auto error = error_of([&] { TomlDocument("f.toml", key + "b = 1\n"); });
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), HasSubstr("more than 200 parts"));
  EXPECT_NO_THROW(TomlDocument("f.toml", strings + "]\n"));
}

TEST(SecretRules, PatternsTakeWhatTheySay) {
  const SecretPattern pattern("ab_{a-c0-1:2-3}-{x:1}");
  const auto end = [&](std::string_view text) {
    const auto match = pattern.find(text);
    return match ? static_cast<int>(match->end) : -1;
  };
  EXPECT_EQ(end("ab_a0-x"), 7);
  EXPECT_EQ(end("--ab_a0b-x."), 10);
  EXPECT_EQ(end("ab_a-x"), -1) << "too short";
  EXPECT_EQ(end("ab_a0b1-x"), -1) << "too long";
  EXPECT_EQ(end("ab_a0-xx"), -1) << "a letter follows";
  EXPECT_EQ(end("cab_a0-x"), -1) << "a letter precedes";
  EXPECT_EQ(end("cab_a0-x ab_a0-x"), 16) << "the second one";
}

TEST(SecretRules, WrongPatternsAreRefused) {
  for (const auto* wrong : {"", "{a:1}", "a{b", "a{b}", "a{b:x}", "a{b:3-2}", "a{b:0}"})
    EXPECT_THROW(SecretPattern{wrong}, std::invalid_argument) << wrong;
  EXPECT_FALSE(secret_rules().tokens.empty());
}

}  // namespace
}  // namespace lbundle
