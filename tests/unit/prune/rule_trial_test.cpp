#include "prune/rule_trial.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "json/json.hpp"

namespace lbundle {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// A tree of the distribution "p", and what prune decided on it without and with the rules.
class RuleTrials : public testing::Test {
 protected:
  void file(const std::string& path, Verdict without, Verdict with, const std::string& rule = {},
            const std::string& via = {}) {
    const BundlePath at(path);
    tree_.files.put(at, RegularFile{});
    tree_.distributions.owner[at] = 0;
    without_.decisions[at] = {without, {"prune", "without", ""}, ByteSize(1000), ByteSize(), at};
    with_.decisions[at] = {with, {"prune", "with", rule}, ByteSize(1000), ByteSize(), at};
    if (!via.empty()) with_.decisions[at].via = BundlePath(via);
  }

  RuleTrial trial(const std::string& rules) {
    tree_.distributions.all = {{"p", "2.0"}};
    return compare_rules(
        tree_, read_tried_rules("r.toml", "distribution = 'p'\nsource = 's'\n" + rules, Language::python),
        without_, with_);
  }

  StagedTree tree_;
  Bundle without_, with_;
};

std::vector<std::string> paths_in(const std::vector<ChangedFile>& files) {
  std::vector<std::string> paths;
  for (const auto& each : files) paths.push_back(each.path);
  return paths;
}

TEST_F(RuleTrials, ARuleIsChargedForWhatItKeepsAndWhatThatNeeds) {
  file("p/a.dat", Verdict::drop, Verdict::keep, "r.toml:3");
  file("p/b.dat", Verdict::keep, Verdict::keep);
  file("p/lib.so", Verdict::drop, Verdict::keep, "", "p/a.dat");
  file("p/other", Verdict::drop, Verdict::keep, "rules/common.toml:1");
  const auto result = trial("[[keep]]\nfiles = 'p/*.dat'\nreason = 'r'\n");
  ASSERT_EQ(result.rules.size(), 1U);
  EXPECT_EQ(result.rules[0].matched, 2U);
  EXPECT_EQ(result.rules[0].already, 1U);
  EXPECT_THAT(paths_in(result.rules[0].changed), ElementsAre("p/a.dat", "p/lib.so"));
  EXPECT_THAT(paths_in(result.kept), ElementsAre("p/a.dat", "p/lib.so", "p/other"));
  EXPECT_EQ(result.staged, "2.0");
  EXPECT_TRUE(result.findings.empty());
}

TEST_F(RuleTrials, ADropSaysWhatStaysAndWhy) {
  file("p/a", Verdict::keep, Verdict::drop, "r.toml:3");
  file("p/b", Verdict::keep, Verdict::keep);
  file("p/c", Verdict::drop, Verdict::drop);
  const auto result = trial("[[drop]]\nfiles = 'p/*'\nreason = 'r'\n");
  EXPECT_EQ(result.rules.at(0).already, 1U);
  EXPECT_EQ(result.rules[0].in_vain, 1U);
  EXPECT_EQ(result.rules[0].stronger, "with");
  EXPECT_THAT(paths_in(result.dropped), ElementsAre("p/a"));
  EXPECT_TRUE(result.kept.empty());
}

TEST_F(RuleTrials, RulesComeInTheOrderOfTheFile) {
  file("p/a", Verdict::keep, Verdict::keep);
  const auto result = trial("[[drop]]\nfiles = 'p/a'\nreason = 'r'\n[[keep]]\nfiles = 'p/a'\nreason = 'r'\n");
  EXPECT_EQ(result.rules.at(0).action, "drop");
  EXPECT_EQ(result.rules.at(1).action, "keep");
}

TEST_F(RuleTrials, AGlobWithoutAFileIsFoundAndWhatItMeantIsNamed) {
  file("p/data/a.dat", Verdict::keep, Verdict::keep);
  const auto result = trial(
      "[[keep]]\nfiles = ['p/data/*', 'P/data/a.dat']\nreason = 'r'\n"
      "[[keep]]\nfiles = 'a.dat'\nreason = 'r'\n"
      "[[keep]]\nfiles = 'q/{name}'\nreason = 'r'\n"
      "[[with]]\nfiles = 'p/data/*'\nwhen = 'p/b'\nreason = 'r'\n");
  ASSERT_EQ(result.findings.size(), 4U);
  EXPECT_EQ(result.findings[0].severity, Severity::warning);
  EXPECT_EQ(result.findings[0].code, "unmatched-glob");
  EXPECT_THAT(result.findings[0].hint, HasSubstr("capital letters count: the file is p/data/a.dat"));
  EXPECT_EQ(result.findings[1].severity, Severity::error);
  EXPECT_EQ(result.findings[1].path, "r.toml:6");
  EXPECT_THAT(result.findings[1].hint, HasSubstr("whole path, such as p/data/a.dat"));
  EXPECT_THAT(result.findings[2].hint, HasSubstr("the files of p are in p"));
  EXPECT_THAT(result.findings[3].message, HasSubstr("`when` of r.toml:12"));
}

TEST_F(RuleTrials, RulesForAnotherVersionAreAnError) {
  file("p/a", Verdict::drop, Verdict::drop);
  const auto result = trial("versions = '<2'\n[[keep]]\nfiles = 'p/a'\nreason = 'r'\n");
  ASSERT_EQ(result.findings.size(), 1U);
  EXPECT_EQ(result.findings[0].code, "other-version");
  EXPECT_THAT(result.findings[0].message, HasSubstr("holds for p <2, and 2.0 is staged"));
}

TEST_F(RuleTrials, TextAndJsonHaveTheBytes) {
  file("p/a.dat", Verdict::drop, Verdict::keep, "r.toml:3");
  file("p/b.dat", Verdict::drop, Verdict::keep, "r.toml:3");
  auto result = trial("[[keep]]\nfiles = 'p/*.dat'\nreason = 'a call opens them'\n");
  result.rules_replaced = 1;
  const auto text = rule_trial_text(result, {});
  EXPECT_THAT(text, HasSubstr("r.toml · p 2.0 · 1 rule\n  in place of lbundle's own 1 rule for p\n"));
  EXPECT_THAT(text, HasSubstr("matches 2 files; keeps in addition: 2 files, 2.0 kB"));
  EXPECT_THAT(text, HasSubstr("dropped in addition: 0 files, 0 B"));
  const auto json = parse_json(rule_trial_json(result), "trial");
  EXPECT_EQ(json["kept_unzipped"], 2000);
  EXPECT_EQ(json["rules"][0]["changed"][1]["path"], "p/b.dat");
  EXPECT_EQ(json["rules"][0]["globs"][0], "p/*.dat");
}

}  // namespace
}  // namespace lbundle
