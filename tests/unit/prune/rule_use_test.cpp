#include "prune/rule_use.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "json/json.hpp"

namespace lbundle {
namespace {

using testing::HasSubstr;

class RuleUses : public testing::Test {
 protected:
  void file(const char* path, Verdict verdict, const char* rule) {
    ManifestFile file;
    file.decision.verdict = verdict;
    file.decision.reason.rule = rule;
    manifest_.files[BundlePath(path)] = file;
  }
  RulesReport report(const std::string& text) {
    manifest_.packages = {{"p", "2.0"}};
    return rule_use(manifest_, parse_rules("r.toml", text), settings_);
  }

  Manifest manifest_;
  Prune settings_;
};

TEST_F(RuleUses, AReplacedFileStillCountsForWhatKeptIt) {
  file("p/a.py", Verdict::replace, "");
  manifest_.files[BundlePath("p/a.py")].decision.kept = {"prune", "needed", "r.toml:1"};
  EXPECT_EQ(report("[[keep]]\nfiles = 'p/*'\nreason = 'r'\n").applied.at(0).decided, 1U);
}

constexpr const char* two_rules = R"(distribution = "p"
[[keep]]
files = ["p/a*"]
reason = "needed"
[[drop]]
files = ["p/**"]
reason = "not needed"
[[keep]]
files = ["p/old/**"]
reason = "of an earlier release"
)";

TEST_F(RuleUses, CountsWhatARuleNamesAndWhatItDecides) {
  file("p/a.txt", Verdict::keep, "r.toml:2");
  file("p/ab.txt", Verdict::keep, "");
  file("p/c.txt", Verdict::drop, "r.toml:5");
  const auto uses = report(two_rules);
  ASSERT_EQ(uses.applied.size(), 2U);
  EXPECT_EQ(uses.applied[0].location, "r.toml:2");
  EXPECT_EQ(uses.applied[0].matched, 2U);
  EXPECT_EQ(uses.applied[0].decided, 1U);
  EXPECT_EQ(uses.applied[1].matched, 3U);
  ASSERT_EQ(uses.unmatched.size(), 1U);
  EXPECT_EQ(uses.unmatched[0].location, "r.toml:8");
}

TEST_F(RuleUses, ReportsWhereTwoRulesDisagreeAndWhichWon) {
  file("p/a.txt", Verdict::keep, "r.toml:2");
  file("p/ab.txt", Verdict::drop, "");
  file("p/c.txt", Verdict::drop, "r.toml:5");
  const auto uses = report(two_rules);
  ASSERT_EQ(uses.conflicts.size(), 1U);
  EXPECT_EQ(uses.conflicts[0].keep, "r.toml:2");
  EXPECT_EQ(uses.conflicts[0].drop, "r.toml:5");
  EXPECT_EQ(uses.conflicts[0].files, 2U);
  EXPECT_EQ(uses.conflicts[0].kept, 1U);
  EXPECT_EQ(uses.conflicts[0].example, "p/a.txt");
}

TEST_F(RuleUses, NamesRulesOfAnotherVersionAndNoneOfAbsentDistributions) {
  file("p/a.txt", Verdict::keep, "");
  auto uses = report("distribution = 'p'\nversions = '<2'\n[[keep]]\nfiles = 'p/*'\nreason = 'r'\n");
  ASSERT_EQ(uses.other_version.size(), 1U);
  EXPECT_EQ(uses.other_version[0].versions, "<2");
  EXPECT_EQ(uses.other_version[0].staged, "2.0");
  EXPECT_TRUE(uses.applied.empty());
  uses = report("distribution = 'q'\n[[keep]]\nfiles = 'p/*'\nreason = 'r'\n");
  EXPECT_TRUE(uses.applied.empty() && uses.other_version.empty() && uses.unmatched.empty());
}

TEST_F(RuleUses, TheUsersGlobsCountAsRules) {
  file("p/a.txt", Verdict::drop, "lbundle.toml:7");
  settings_.drop = {{"p/*", {"lbundle.toml", 7, 1}}};
  settings_.keep = {{"p/never/*", {"lbundle.toml", 6, 1}}};
  const auto uses = report("distribution = 'p'\n[[keep]]\nfiles = 'p/a*'\nreason = 'r'\n");
  ASSERT_EQ(uses.applied.size(), 2U);
  EXPECT_EQ(uses.applied[1].decided, 1U);
  EXPECT_EQ(uses.unmatched.size(), 1U);
  ASSERT_EQ(uses.conflicts.size(), 1U);
  EXPECT_THAT(rules_text(uses, {80, false, true}), HasSubstr("lbundle.toml:7"));
  const auto json = parse_json(rules_json(uses), "rules");
  EXPECT_EQ(json.at("conflicts").at(0).at("kept"), 0);
  EXPECT_EQ(json.at("applied").at(1).at("action"), "drop");
}

}  // namespace
}  // namespace lbundle
