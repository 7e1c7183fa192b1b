#include "staging/ignore_rules.hpp"

#include <gtest/gtest.h>

namespace lbundle {
namespace {

bool ignored(std::string_view lines, const std::string& path, bool is_folder = false) {
  IgnoreRules rules;
  rules.add("/p", lines);
  return rules.ignores("/p/" + path, is_folder);
}

TEST(IgnoreRules, MatchesAsGitignoreSays) {
  EXPECT_TRUE(ignored("*.log\n", "deep/er/a.log"));
  EXPECT_FALSE(ignored("/*.log\n", "deep/a.log"));
  EXPECT_TRUE(ignored("/*.log\n", "a.log"));
  EXPECT_TRUE(ignored("doc/*.txt\n", "doc/a.txt"));
  EXPECT_FALSE(ignored("doc/*.txt\n", "doc/deep/a.txt"));
  EXPECT_FALSE(ignored("doc/*.txt\n", "x/doc/a.txt"));
  EXPECT_TRUE(ignored("a/**/b\n", "a/x/y/b"));
  EXPECT_TRUE(ignored("a/**/b\n", "a/b"));
  EXPECT_TRUE(ignored("build/\n", "x/build", true));
  EXPECT_FALSE(ignored("build/\n", "x/build", false));
}

TEST(IgnoreRules, TakesSeveralStarsAsOne) {
  EXPECT_TRUE(ignored("a**.log\n", "a.log"));
  EXPECT_FALSE(ignored("/a**.log\n", "a/x.log"));
  EXPECT_TRUE(ignored("a/***/b\n", "a/x/y/b"));
  EXPECT_TRUE(ignored("\\*\n", "*"));
  EXPECT_FALSE(ignored("\\*\n", "a"));
}

TEST(IgnoreRules, LetsTheLastMatchDecide) {
  EXPECT_FALSE(ignored("*.log\n!keep.log\n", "keep.log"));
  EXPECT_TRUE(ignored("!keep.log\n*.log\n", "keep.log"));
}

TEST(IgnoreRules, SkipsCommentsSpacesAndNonsense) {
  EXPECT_TRUE(ignored("# *.py\n\n[\n*.log   \r\n", "a.log"));
  EXPECT_FALSE(ignored("!  \n/\n//\n**//\n", "a.py"));
  EXPECT_FALSE(ignored("# *.py\n", "a.py"));
  EXPECT_TRUE(ignored("\\#a\n", "#a"));
}

TEST(IgnoreRules, AppliesBelowItsFolder) {
  IgnoreRules rules;
  rules.add("/p/sub", "*.log\n");
  EXPECT_TRUE(rules.ignores("/p/sub/a.log", false));
  EXPECT_FALSE(rules.ignores("/p/a.log", false));
}

}  // namespace
}  // namespace lbundle
