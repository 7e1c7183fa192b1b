#include "project/tried_rules.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "os/bytes.hpp"
#include "project/embedded_rules.hpp"
#include "support/expect_error.hpp"

namespace lbundle {
namespace {

using testing::HasSubstr;

constexpr const char* head = "distribution = 'x'\nsource = 's'\n";

std::optional<Error> refusal(const std::string& text, const std::string& file = "x.toml",
                             Language language = Language::python) {
  return error_of([&] { read_tried_rules(file, text, language); });
}

std::optional<Error> refusal_of_glob(const std::string& glob, Language language = Language::python) {
  return refusal(head + std::string("[[keep]]\nreason = 'r'\nfiles = ['**/a', '") + glob + "']\n", "x.toml",
                 language);
}

TEST(TriedRules, TheTemplateIsRight) {
  const auto file = LBUNDLE_SOURCE_DIR "/rules/template.toml";
  const auto tried = read_tried_rules(file, read_text_file(file), Language::python);
  EXPECT_EQ(tried.distribution, "name");
  std::set<RuleAction> actions;
  for (const auto& rule : tried.rules) actions.insert(rule.action);
  EXPECT_EQ(actions.size(), 7U) << "it shows every entry";
}

TEST(TriedRules, OurOwnRulesCanBeTried) {
  for (const auto& [place, language] :
       {std::pair("rules/common.toml", Language::python), std::pair("rules/packages/", Language::python),
        std::pair("rules/npm/", Language::nodejs)})
    for (const auto& [path, text] : embedded_rule_files(place))
      EXPECT_NO_THROW(read_tried_rules(path, text, language)) << path;
}

TEST(TriedRules, ARuleHasAReasonAndASource) {
  EXPECT_FALSE(refusal("distribution = 'x'\n[[keep]]\nfiles = 'a'\nreason = 'r'\nsource = 's'\n"));
  const auto without = refusal("distribution = 'x'\n[[keep]]\nfiles = 'a'\nreason = 'r'\nsource = ' '\n");
  ASSERT_TRUE(without);
  EXPECT_THAT(without->what(), HasSubstr("it has no source"));
  EXPECT_THAT(without->detail(), HasSubstr("x.toml:2:1"));
  EXPECT_EQ(without->status(), ExitStatus::wrong_usage);
  EXPECT_THAT(refusal(head + std::string("[[keep]]\nfiles = 'a'\nreason = ' '\n"))->what(),
              HasSubstr("its reason is empty"));
  EXPECT_THAT(refusal(head)->what(), HasSubstr("it has no rules"));
}

TEST(TriedRules, ADistributionHasANormalisedName) {
  const std::string rule = "source = 's'\n[[keep]]\nfiles = 'a'\nreason = 'r'\n";
  EXPECT_THAT(refusal("distribution = 'Ruamel.Yaml'\n" + rule)->hint(), HasSubstr("\"ruamel-yaml\""));
  EXPECT_THAT(refusal(rule)->what(), HasSubstr("does not say which distribution"));
  EXPECT_FALSE(refusal(rule, "rules/common.toml"));
  EXPECT_FALSE(
      refusal("distribution = 'a_b'\n[[keep]]\nfiles = 'node_modules/a'\nreason = 'r'\nsource = 's'\n",
              "x.toml", Language::nodejs));
}

TEST(TriedRules, AGlobThatMatchesNoFileOfAnyBundleIsRefusedInItsPlace) {
  const auto installed = refusal_of_glob("lib/python3.11/site-packages/x/a.dat");
  ASSERT_TRUE(installed);
  EXPECT_THAT(installed->what(), HasSubstr("matches no file of any bundle"));
  EXPECT_EQ(installed->hint(), "write 'x/a.dat'");
  EXPECT_THAT(installed->detail(), HasSubstr("x.toml:5:18"));
  EXPECT_EQ(refusal_of_glob("var/task/x/a")->hint(), "write 'x/a'");
  EXPECT_TRUE(refusal_of_glob("x/a "));
  EXPECT_TRUE(refusal_of_glob("{package}/a"));
  EXPECT_FALSE(refusal_of_glob("x/not-site-packages/a"));
}

TEST(TriedRules, GlobsOfNpmPackagesAreBelowNodeModules) {
  EXPECT_EQ(refusal_of_glob("x/a.js", Language::nodejs)->hint(), "write 'node_modules/x/a.js'");
  EXPECT_FALSE(
      refusal(head + std::string("[[drop]]\nreason = 'r'\nfiles = ['node_modules/x/a', '{package}/b', "
                                 "'**/c', 'node_*/d']\n"),
              "x.toml", Language::nodejs));
}

}  // namespace
}  // namespace lbundle
